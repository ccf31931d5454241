import { invalidArgument, s3Error } from './s3-error.ts'

export interface Tag {
  readonly Key: string
  readonly Value: string
}

export interface TagLimits {
  readonly count: number
  /** How S3 words the refusal of a key that starts with `aws:`. */
  readonly reserved: string
  /** What S3 answers to a key that comes twice. */
  readonly twice: (Key: string) => Error
}

export const objectTagLimits: TagLimits = {
  count: 10,
  reserved: 'Your TagKey cannot be prefixed with aws:',
  twice: namedTwice,
}

export const bucketTagLimits: TagLimits = {
  count: 50,
  reserved: 'System tags cannot be added/updated by requester',
  twice: namedTwice,
}

/** AWS words it otherwise when a bucket is made with tags, and breaks on a key that comes twice. */
export const newBucketTagLimits: TagLimits = {
  count: bucketTagLimits.count,
  reserved:
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
  twice: () => s3Error('InternalError'),
}

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** The tags of a `Tagging` document, checked. */
export function readTagSet(
  input: readonly { readonly Key?: string; readonly Value?: string }[] | undefined,
  limits: TagLimits,
): readonly Tag[] {
  const tags = (input ?? []).map((tag): Tag => {
    if (tag.Key === undefined || tag.Value === undefined) throw s3Error('MalformedXML')
    return { Key: tag.Key, Value: tag.Value }
  })
  checkTags(tags, limits)
  return tags
}

/** The tags of an `x-amz-tagging` header: URL query parameters. */
export function readTaggingHeader(header: string | undefined): readonly Tag[] {
  if (header === undefined || header === '') return []
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }))
  const isUnique = new Set(tags.map((tag) => tag.Key)).size === tags.length
  const isPlain = tags.every((tag) => allowed.test(tag.Key) && allowed.test(tag.Value))
  if (!isUnique || !isPlain) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    )
  }
  checkTags(tags, objectTagLimits)
  return tags
}

function checkTags(tags: readonly Tag[], limits: TagLimits): void {
  if (tags.length > limits.count) {
    const what = limits.count === objectTagLimits.count ? 'Object' : 'Bucket'
    throw s3Error('InvalidTag', {
      say: `${what} tags cannot be greater than ${limits.count}`,
    })
  }
  const seen = new Set<string>()
  for (const { Key, Value } of tags) {
    if (Key === '' || Key.length > 128 || !allowed.test(Key))
      throw invalidTag('The TagKey you have provided is invalid', { TagKey: Key })
    if (Value.length > 256 || !allowed.test(Value))
      throw invalidTag('The TagValue you have provided is invalid', {
        TagKey: Key,
        TagValue: Value,
      })
    if (Key.toLowerCase().startsWith('aws:'))
      throw invalidTag(limits.reserved, limits === newBucketTagLimits ? {} : { TagKey: Key })
    if (seen.has(Key)) throw limits.twice(Key)
    seen.add(Key)
  }
}

function namedTwice(Key: string): Error {
  return invalidTag('Cannot provide multiple Tags with the same key', { TagKey: Key })
}

function invalidTag(say: string, details: Readonly<Record<string, string>>): Error {
  return s3Error('InvalidTag', { say, details })
}

/** Tags as condition keys: `prefix/KEY` for each, and the list of keys. */
export function tagContext(tags: readonly Tag[], prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map((tag) => [`${prefix}/${tag.Key}`, tag.Value]))
}
