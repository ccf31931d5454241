import type { GetAccountAuthorizationDetailsResponse } from '@aws-sdk/client-iam'
import { type Connection, callIam } from './connection.ts'

/** One account's whole IAM as `GetAccountAuthorizationDetails` answers it, page by page, AWS's own policies left out. */
export async function readAuthorizationPages(
  connection: Connection,
): Promise<readonly GetAccountAuthorizationDetailsResponse[]> {
  const pages: GetAccountAuthorizationDetailsResponse[] = []
  let marker: string | undefined
  do {
    const page = await callIam(connection, 'GetAccountAuthorizationDetails', (iam) =>
      iam.getAccountAuthorizationDetails({
        Filter: ['User', 'Group', 'Role', 'LocalManagedPolicy'],
        MaxItems: 1000,
        ...(marker === undefined ? {} : { Marker: marker }),
      }),
    )
    pages.push(page)
    marker = page.IsTruncated ? page.Marker : undefined
  } while (marker !== undefined)
  return pages
}
