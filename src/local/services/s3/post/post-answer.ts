import type { WireResponse } from '../../../protocol/wire.ts'
import { escapeText } from '../../../protocol/xml-write.ts'

export interface PostedObject {
  readonly bucket: string
  readonly key: string
  readonly endpoint: string
}

/** What a form asks to be answered: a page to go to, a document, or nothing. */
export function writePostAnswer(
  posted: PostedObject,
  fields: ReadonlyMap<string, string>,
  output: object,
): WireResponse {
  const { ETag: etag = '', VersionId: versionId } = output as {
    readonly ETag?: string
    readonly VersionId?: string
  }
  const path = posted.key.split('/').map(encodeURIComponent).join('/')
  const location = `${posted.endpoint}/${posted.bucket}/${path}`
  const version: Readonly<Record<string, string>> =
    versionId === undefined ? {} : { 'x-amz-version-id': versionId }
  const headers = { etag, location, ...version }
  const page = redirection(fields.get('success_action_redirect'))
  if (page !== undefined) {
    for (const [name, value] of Object.entries({ bucket: posted.bucket, key: posted.key, etag }))
      page.searchParams.set(name, value)
    return { status: 303, headers: { ...headers, location: page.href }, body: '' }
  }
  const wanted = fields.get('success_action_status')
  if (wanted === '200') return { status: 200, headers, body: '' }
  if (wanted !== '201') return { status: 204, headers, body: '' }
  const body = renderDocument(posted, { location, etag })
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body }
}

/** AWS: what is no address is passed over. */
function redirection(given: string | undefined): URL | undefined {
  if (given === undefined || !/^https?:\/\//i.test(given) || !URL.canParse(given)) return undefined
  return new URL(given)
}

function renderDocument(
  { bucket, key }: PostedObject,
  { location, etag }: { readonly location: string; readonly etag: string },
): string {
  const members = { Location: location, Bucket: bucket, Key: key, ETag: etag }
  const inner = Object.entries(members).map(
    ([name, value]) => `<${name}>${escapeText(value)}</${name}>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${inner.join('')}</PostResponse>`
}
