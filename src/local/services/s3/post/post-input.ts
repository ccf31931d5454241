import { parseXml } from '../../../protocol/xml-parse.ts'
import { headerNotImplemented, invalidArgument, s3Error } from '../s3-error.ts'

/** The members of PutObject that a form's fields are. */
const members: Readonly<Record<string, string>> = {
  acl: 'ACL',
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-language': 'ContentLanguage',
  'content-md5': 'ContentMD5',
  'content-type': 'ContentType',
  expires: 'Expires',
  'x-amz-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-checksum-crc32': 'ChecksumCRC32',
  'x-amz-checksum-crc32c': 'ChecksumCRC32C',
  'x-amz-checksum-crc64nvme': 'ChecksumCRC64NVME',
  'x-amz-checksum-sha1': 'ChecksumSHA1',
  'x-amz-checksum-sha256': 'ChecksumSHA256',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-server-side-encryption-customer-algorithm': 'SSECustomerAlgorithm',
  'x-amz-server-side-encryption-customer-key': 'SSECustomerKey',
  'x-amz-server-side-encryption-customer-key-md5': 'SSECustomerKeyMD5',
  'x-amz-storage-class': 'StorageClass',
  'x-amz-website-redirect-location': 'WebsiteRedirectLocation',
}

/** Fields that say who asks and how to answer, not what to keep. */
const others = new Set([
  'key',
  'policy',
  'tagging',
  'bucket',
  'submit',
  'success_action_redirect',
  'success_action_status',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-signature',
])

/** What PutObject is given for a form. A field that means something that this server does not have is refused. */
export function readPostInput(
  bucket: string,
  fields: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> & { readonly Bucket: string; readonly Key: string } {
  const { 'x-amz-meta-': metadata, ...given } = sortFields(fields)
  const Key = fields.get('key') ?? ''
  if (Key === '') throw invalidArgument("Bucket POST must contain a field named 'key'.", 'key', '')
  const tagging = fields.get('tagging')
  return {
    ...given,
    ...(tagging === undefined ? {} : { Tagging: readTagging(tagging) }),
    Metadata: metadata,
    Bucket: bucket,
    Key,
  }
}

function sortFields(fields: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const input: Record<string, unknown> = {}
  const metadata: Record<string, string> = {}
  for (const [name, value] of fields) {
    const member = members[name]
    if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = value
    else if (member !== undefined) input[member] = value
    else if (name.startsWith('x-amz-') && !others.has(name)) throw headerNotImplemented(name)
  }
  return { ...input, 'x-amz-meta-': metadata }
}

/** The tags of a `<Tagging>` document, as the header of PutObject has them. */
function readTagging(text: string): string {
  const root = parseXml(text)
  const set =
    root?.name === 'Tagging' ? root.children.find(({ name }) => name === 'TagSet') : undefined
  if (set === undefined) throw s3Error('MalformedXML')
  const tags = set.children.map((tag): [string, string] => {
    const part = (wanted: string): string | undefined =>
      tag.children.find(({ name }) => name === wanted)?.text
    const [key, value] = [part('Key'), part('Value')]
    if (tag.name !== 'Tag' || key === undefined || value === undefined)
      throw s3Error('MalformedXML')
    return [key, value]
  })
  return new URLSearchParams(tags).toString()
}
