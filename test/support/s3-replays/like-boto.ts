import type { S3 } from '@aws-sdk/client-s3'

/** The members that hold keys, for each call that lists them. */
const encoded: Readonly<Record<string, readonly string[]>> = {
  ListObjectsCommand: ['Delimiter', 'Marker', 'NextMarker'],
  ListObjectsV2Command: ['Delimiter', 'Prefix', 'StartAfter'],
  ListObjectVersionsCommand: ['KeyMarker', 'NextKeyMarker', 'Prefix', 'Delimiter'],
}

type Members = Readonly<Record<string, unknown>>

/** As the client of the recordings: lists are asked for in percent-encoding, and undone where the caller did not ask. */
export function likeBoto(client: S3): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const members = encoded[context.commandName ?? '']
      const input = args.input as Members
      if (members === undefined || 'EncodingType' in input) return next(args)
      const answer = await next({ ...args, input: { ...input, EncodingType: 'url' } as never })
      return { ...answer, output: decoded(answer.output as object as Members, members) as never }
    },
    { step: 'initialize', name: 'likeBoto' },
  )
  keepAsGiven(client)
  client.middlewareStack.add(
    (next, context) => (args) => {
      const isTyped = 'ContentType' in (args.input as object)
      if (typeless.has(context.commandName ?? '') && !isTyped)
        delete (args.request as { headers: Record<string, string> }).headers['content-type']
      return next(args)
    },
    { step: 'build', name: 'typeless' },
  )
}

/** A type is not made up. */
const typeless = new Set(['PutObjectCommand', 'UploadPartCommand'])

/** Regions are not put into what creates a bucket. */
function keepAsGiven(client: S3): void {
  client.middlewareStack.add(
    (next, context) => (args) => next({ ...args, input: context.asGiven ?? args.input }),
    { step: 'initialize', priority: 'low', name: 'asGiven' },
  )
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'CreateBucketCommand')
        context.asGiven = structuredClone(args.input)
      return next(args)
    },
    { step: 'initialize', priority: 'high', name: 'given' },
  )
}

function decoded(output: Members, members: readonly string[]): Members {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => {
      if (members.includes(name)) return [name, decode(value)]
      if (!Array.isArray(value)) return [name, value]
      const inner = name === 'CommonPrefixes' ? 'Prefix' : 'Key'
      return [name, value.map((one: Members) => ({ ...one, [inner]: decode(one[inner]) }))]
    }),
  )
}

function decode(text: unknown): unknown {
  return typeof text === 'string' ? decodeURIComponent(text.replaceAll('+', ' ')) : text
}
