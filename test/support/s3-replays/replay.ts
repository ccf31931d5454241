import * as S3 from '@aws-sdk/client-s3'
import type { Bindings, Json } from '../recordings-compare.ts'
import { answerOf, differences } from '../recordings-compare.ts'
import type { TwoAccounts } from '../two-accounts.ts'
import { likeBoto } from './like-boto.ts'

/** Where one recorded test is told again. */
export interface Place {
  readonly world: TwoAccounts
  /** The owner of the bucket, in us-east-1. */
  readonly s3: S3.S3
  /** A bucket of this recording's own. */
  readonly Bucket: string
  readonly client: (region: string, accountId?: string) => S3.S3
  /** A further bucket of the same owner. */
  readonly newBucket: (input?: Partial<S3.CreateBucketCommandInput>) => Promise<string>
  /** Compares an answer with the recorded one of that step, and gives it on; an error gives nothing. */
  readonly told: <T>(step: string, answer: Promise<T>, how?: How) => Promise<T>
}

export interface How {
  /** Members that no replay can know: they follow from bytes that the recording does not hold. */
  readonly unknown?: readonly string[]
}

export interface Replay {
  readonly run: (place: Place) => Promise<unknown>
  /** Recorded steps that are not told, each with the reason. */
  readonly leftOut?: Readonly<Record<string, string>>
}

export type Replays = Readonly<Record<string, Replay | Replay['run']>>

export function replayOf(row: Replay | Replay['run']): Replay {
  return typeof row === 'function' ? { run: row } : row
}

let bucketNumber = 0

/** Tells one recording again, and gives what differs. */
export async function replay(
  world: TwoAccounts,
  recorded: Json,
  row: Replay | Replay['run'],
): Promise<readonly string[]> {
  const { run, leftOut = {} } = replayOf(row)
  const bindings: Bindings = new Map()
  const found: string[] = []
  const steps = new Set<string>()
  const client = (region: string, accountId = world.home): S3.S3 =>
    newClient(world, region, accountId)
  const s3 = client('us-east-1')
  const newBucket: Place['newBucket'] = async (input = {}) => {
    bucketNumber += 1
    const name = `recorded-${bucketNumber}`
    await s3.createBucket({ Bucket: name, ...input })
    return name
  }
  const told: Place['told'] = async (step, answer, how = {}) => {
    steps.add(step)
    const wanted = recorded[step]
    let given: Awaited<typeof answer> | undefined
    const shown = await answerOf(async () => {
      given = await answer
      return given
    })
    if (wanted === undefined) found.push(`${step}: is not in the recording`)
    else {
      const [left, right] = comparable(wanted as Json, shown, how)
      found.push(...differences(left, right, { at: step, bindings }))
    }
    return given as Awaited<typeof answer>
  }
  await run({ world, s3, Bucket: await newBucket(), client, newBucket, told })
  const untold = Object.keys(recorded).filter((step) => !steps.has(step))
  return [
    ...found,
    ...untold.filter((step) => leftOut[step] === undefined).map((step) => `${step}: is not told`),
    ...Object.keys(leftOut).flatMap((step) => (untold.includes(step) ? [] : [`${step}: is told`])),
  ]
}

function newClient(world: TwoAccounts, region: string, accountId: string): S3.S3 {
  const client = new S3.S3({
    endpoint: world.aws.url,
    region,
    credentials: world.root(accountId),
    forcePathStyle: true,
    maxAttempts: 1,
    followRegionRedirects: false,
  })
  likeBoto(client)
  return client
}

/** Texts that stand for others in the recordings without looking like it. */
const blanks: Readonly<Record<string, readonly string[]>> = {
  Bucket: ['bucket'],
  ID: ['owner-id', 'i-d'],
  DisplayName: ['display-name'],
  'x-amz-id-2': ['id-2'],
  'x-amz-request-id': ['request-id'],
  server: ['server'],
  date: ['date'],
  'last-modified': ['last-modified'],
  LastModified: ['date'],
}

/** What of both answers says something of S3. */
function comparable(wanted: Json, found: Json, { unknown = [] }: How): readonly [unknown, unknown] {
  // The recording's client shows members of an error beside it, too.
  const { Error: refusal, ResponseMetadata } = wanted
  const whole =
    refusal === undefined || ResponseMetadata === undefined
      ? wanted
      : { Error: refusal, ResponseMetadata }
  // Long bodies are recorded as empty ones.
  const isCut = wanted.Body === '' && Number(wanted.ContentLength) > 0
  const left = isCut ? [...unknown, 'Body'] : unknown
  return [prepare(withHeaders(whole), left), prepare(withHeaders(found), left)]
}

/** Headers count where a step is about them. */
function withHeaders(answer: Json): Json {
  const { HTTPHeaders: headers, ...members } = answer
  return headers === undefined ? answer : { ...members, headers }
}

function prepare(value: unknown, left: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => prepare(one, left))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const members = Object.entries(value).filter(([name]) => !left.includes(name))
  return Object.fromEntries(
    members.map(([name, one]) => {
      if (blanks[name]?.includes(String(one))) return [name, '<any>']
      if (one === '<expiration>') return [name, null]
      // The recording's client has them as numbers.
      if (name.endsWith('PartNumberMarker')) return [name, String(one)]
      return [name, prepare(one, left)]
    }),
  )
}
