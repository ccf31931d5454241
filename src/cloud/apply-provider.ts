import { awsTags } from './apply-role.ts'
import type { Change } from './change.ts'
import { type Connection, callIam } from './connection.ts'
import { forgiving } from './forgiving.ts'

export async function createOidcProvider(
  connection: Connection,
  change: Extract<Change, { kind: 'createOidcProvider' }>,
): Promise<void> {
  await forgiving('EntityAlreadyExists', () =>
    callIam(connection, 'CreateOpenIDConnectProvider', (iam) =>
      iam.createOpenIDConnectProvider({
        Url: change.url,
        ClientIDList: [...change.audiences],
        Tags: awsTags(change.tags),
      }),
    ),
  )
}

export async function addOidcAudience(
  connection: Connection,
  change: Extract<Change, { kind: 'addOidcAudience' }>,
): Promise<void> {
  await callIam(connection, 'AddClientIDToOpenIDConnectProvider', (iam) =>
    iam.addClientIDToOpenIDConnectProvider({
      OpenIDConnectProviderArn: change.providerArn,
      ClientID: change.audience,
    }),
  )
}
