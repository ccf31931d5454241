// Every operation of every service, spoken by the AWS SDK's own client on one side and our tables on the other:
// what the client is given must arrive as the same input, and what we answer must arrive as the same output.
import { Readable } from 'node:stream'
import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as ecr from '@aws-sdk/client-ecr'
import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ServiceName } from '../operation.ts'
import { ServiceError } from '../service-error.ts'
import { loadService } from './load-service.ts'
import { readRequest, routeRequest, writeError, writeResponse } from './protocol.ts'
import {
  type Member,
  operationNames,
  requireOperation,
  type ServiceModel,
  type Shape,
  type StructureShape,
} from './service-model.ts'
import type { WireRequest, WireResponse } from './wire.ts'

type Answer = (wire: WireRequest) => WireResponse

interface Client {
  send(command: unknown): Promise<Record<string, unknown>>
}

type Constructor = new (options: object) => unknown

const modules: Readonly<Record<ServiceName, Readonly<Record<string, unknown>>>> = {
  cloudtrail,
  ecr,
  iam,
  organizations,
  s3,
  sts,
}
const clients: Readonly<Record<ServiceName, Constructor>> = {
  cloudtrail: cloudtrail.CloudTrailClient,
  ecr: ecr.ECRClient,
  iam: iam.IAMClient,
  organizations: organizations.OrganizationsClient,
  s3: s3.S3Client,
  sts: sts.STSClient,
}
const services = ['sts', 'iam', 's3', 'ecr', 'organizations', 'cloudtrail'] as const
/** One operation of each that takes nothing. */
const simpleOperations: Readonly<Record<ServiceName, string>> = {
  sts: 'GetCallerIdentity',
  iam: 'ListUsers',
  s3: 'ListBuckets',
  ecr: 'DescribeRegistry',
  organizations: 'DescribeOrganization',
  cloudtrail: 'LookupEvents',
}
const requestId = '8f7e1a52-3c5b-4d2a-9a53-0d6f6f1c2b11'

/** A client whose requests are answered in this process. */
function connect(service: ServiceName, answer: Answer, options: object = {}): Client {
  const handler = {
    handle: async (request: SdkRequest) => ({ response: toSdk(answer(fromSdk(request))) }),
  }
  const Client = clients[service]
  return new Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: handler,
    ...options,
  }) as Client
}

interface SdkRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

function fromSdk(request: SdkRequest): WireRequest {
  const headers = Object.entries(request.headers).map(([k, v]) => [k.toLowerCase(), String(v)])
  const pairs = Object.entries(request.query).flatMap(([key, value]) =>
    [value].flat().map((v) => `${encode(key)}${v === null ? '' : `=${encode(String(v))}`}`),
  )
  return {
    method: request.method,
    path: request.path,
    query: pairs.join('&'),
    headers: Object.fromEntries(headers),
    body: new Uint8Array(Buffer.from(request.body ?? '')),
  }
}

function encode(text: string): string {
  return encodeURIComponent(text)
}

function toSdk({ status, headers, body }: WireResponse): object {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw new Error('not bytes')
  return { statusCode: status, headers, body: Readable.from([Buffer.from(body)]) }
}

function newCommand(service: ServiceName, operation: string, input: object): unknown {
  const Command = modules[service][`${operation}Command`] as new (input: object) => unknown
  return new Command(input)
}

// The filler: a value for every member, told from its path, with the characters that codecs get wrong.

interface Place {
  readonly path: string
  readonly depth: number
}

function fillStructure(shape: StructureShape, place: Place): Record<string, unknown> {
  const members = shape.isUnion ? shape.members.slice(0, 1) : shape.members
  const entries = members
    .filter((member) => place.depth < 6 || member.isRequired)
    .map((member) => [member.name, fillMember(member, place)])
  return Object.fromEntries(entries)
}

function fillMember(member: Member, { path, depth }: Place): unknown {
  const place = { path: `${path}.${member.name}`, depth: depth + 1 }
  const special = member.binding.kind === 'body' ? undefined : specialValues.get(member.name)
  if (special !== undefined) return special
  const isInHeader = ['header', 'prefixHeaders', 'label'].includes(member.binding.kind)
  // The SDK writes line ends into attributes as they are, and XML has those read as spaces.
  const isPlain = isInHeader || member.isAttribute
  return fill(member.shape, isPlain ? { ...place, path: plain(place.path) } : place)
}

function fill(shape: Shape, place: Place): unknown {
  const code = [...place.path].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 100_003, 7)
  switch (shape.kind) {
    case 'structure':
      return fillStructure(shape, place)
    case 'list':
      return [1, 2].map((n) => fill(shape.item.shape, { ...place, path: `${place.path}.${n}` }))
    case 'map':
      return Object.fromEntries(
        ['first', 'second'].map((key) => [
          place.path.includes(' ') ? `${key} key` : key,
          fill(shape.value.shape, { ...place, path: `${place.path}.${key}` }),
        ]),
      )
    case 'string':
    case 'document':
      return place.path
    case 'number':
      return code
    case 'boolean':
      return code % 2 === 0
    case 'blob':
    case 'stream':
      return new Uint8Array([0, 255, code % 256, 10, 13])
    case 'unit':
      return {}
    default:
      return new Date((1_700_000_000 + code * 61) * 1000)
  }
}

const odd = ` <&>"' +%=é漢😀\r\n\t]]>`

function plain(path: string): string {
  return path.replace(odd, '').replace(/[^\w.-]/g, '')
}

/** Members that the SDK's own middleware reads: they need values that it accepts. */
const specialValues: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['Bucket', 'bucket-name'],
  ['Key', 'folder/a key +%20é?&=#.txt'],
  ['CopySource', 'source-bucket/source%20key'],
  ['RequestRoute', 'route-1'],
  ['ChecksumAlgorithm', 'CRC32'],
  ['ContentMD5', 'CY9rzUYh03PK3k6DJie09g=='],
  ['ContentLength', 5],
])

/** Set by middleware of the SDK, so not given to it here. */
const clientMade = ['SSECustomerKey', 'CopySourceSSECustomerKey']
/** Members that the SDK adds to requests that need a checksum. */
const clientAdded =
  /^(Checksum\w+|ContentMD5|ContentLength|ContentType|ContentEncoding|WriteOffsetBytes)$/
/** Answers in frames of an event stream, for which there is no writer. */
const eventStreams = ['SelectObjectContent']

function inputOf(model: ServiceModel, name: string): Record<string, unknown> {
  const { input } = requireOperation(model, name)
  if (input === undefined) return {}
  const value = fillStructure(input, { path: `${name}${odd}`, depth: 0 })
  for (const member of clientMade) {
    delete value[member]
    delete value[`${member}MD5`]
  }
  return value
}

function outputOf(model: ServiceModel, name: string): Record<string, unknown> {
  const { output } = requireOperation(model, name)
  return output === undefined
    ? {}
    : fillStructure(output, { path: `${name}Output${odd}`, depth: 0 })
}

function sameInput(read: Record<string, unknown>, given: Record<string, unknown>): void {
  const added = Object.keys(read).filter((key) => !(key in given))
  expect(added.filter((key) => !clientAdded.test(key))).toEqual([])
  expect(Object.fromEntries(Object.keys(given).map((key) => [key, read[key]]))).toEqual(given)
}

async function sameOutput(
  got: Record<string, unknown>,
  given: Record<string, unknown>,
): Promise<void> {
  const { $metadata: _, ...members } = got
  const read: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(members)) read[key] = await toBytes(value)
  delete read.ExpiresString
  expect(read).toEqual(given)
}

async function toBytes(value: unknown): Promise<unknown> {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  const isStream = typeof value === 'object' && value !== null && 'transformToByteArray' in value
  if (!isStream) return value
  const stream = value as { transformToByteArray(): Promise<Uint8Array> }
  return new Uint8Array(await stream.transformToByteArray())
}

const everyOperation = services.flatMap((service) =>
  operationNames(loadService(service)).map((name) => ({ service, name })),
)

test('the tables hold every operation of the four services', () => {
  const counts = services.map((service) => operationNames(loadService(service)).length)
  const commands = services.map(
    (service) =>
      Object.keys(modules[service]).filter(
        (key) => /^[A-Z]\w*Command$/.test(key) && key !== '$Command',
      ).length,
  )
  expect(counts).toEqual(commands)
})

test.each(everyOperation)('$service $name', async ({ service, name }) => {
  const model = loadService(service)
  const input = inputOf(model, name)
  const output = eventStreams.includes(name) ? {} : outputOf(model, name)
  const seen: WireRequest[] = []
  const client = connect(service, (wire) => {
    seen.push(wire)
    return writeResponse(model, { operation: name, output, requestId })
  })
  const got = await client.send(newCommand(service, name, input))
  const [wire] = seen
  if (wire === undefined) throw new Error('no request was made')
  const call = readRequest(model, wire)
  if (call.kind !== 'operation') throw new Error(JSON.stringify(call))
  expect(call.name).toBe(name)
  sameInput(call.input, input)
  if (service !== 'iam' && service !== 'sts') expect(routeRequest(model, wire)).toBe(name)
  if (!eventStreams.includes(name)) await sameOutput(got, output)
})

test('an S3 key and prefix of any text arrive as given, path-style and virtual-hosted', async () => {
  const model = loadService('s3')
  const seen: unknown[] = []
  const answer: Answer = (wire) => {
    const call = readRequest(model, wire)
    if (call.kind === 'operation') seen.push(call.input)
    return writeResponse(model, { operation: 'HeadObject', output: {}, requestId })
  }
  const styles = [true, false].map((forcePathStyle) => connect('s3', answer, { forcePathStyle }))
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string(),
      async (Key, VersionId) => {
        // The SDK itself cannot send a key that has only dots between slashes as URLs drop those.
        fc.pre(
          !Key.split('/').some((segment) => segment === '.' || segment === '..' || segment === ''),
        )
        const input = { Bucket: 'bucket-name', Key, VersionId }
        for (const client of styles) {
          await client.send(newCommand('s3', 'HeadObject', input))
          expect(seen.pop()).toEqual(input)
        }
      },
    ),
    { numRuns: 200 },
  )
})

// The SDK's reader takes an XML text of white space with a line end for indentation, and gives an empty one.
const anyText = fc
  .string({ unit: 'binary' })
  .filter((text) => text.trim() !== '' || !text.includes('\n'))

test('any text survives a form and an XML answer', async () => {
  const model = loadService('iam')
  let role = {}
  const seen: Record<string, unknown>[] = []
  const client = connect('iam', (wire) => {
    const call = readRequest(model, wire)
    if (call.kind === 'operation') seen.push(call.input)
    return writeResponse(model, { operation: 'CreateRole', output: { Role: role }, requestId })
  })
  await fc.assert(
    fc.asyncProperty(anyText, anyText, async (Key, Value) => {
      const input = { RoleName: Key, AssumeRolePolicyDocument: Value, Tags: [{ Key, Value }] }
      role = { ...input, Path: '/', RoleId: 'id', Arn: 'arn', CreateDate: new Date(0) }
      const got = await client.send(newCommand('iam', 'CreateRole', input))
      expect(seen.pop()).toEqual(input)
      expect(got.Role).toEqual(role)
    }),
    { numRuns: 200 },
  )
})

test.each(everyOperation)(
  '$service $name with the least that it takes',
  async ({ service, name }) => {
    const model = loadService(service)
    const { input: shape } = requireOperation(model, name)
    const all = inputOf(model, name)
    const required = (shape?.members ?? []).filter(({ isRequired }) => isRequired)
    const input = Object.fromEntries(required.map((member) => [member.name, all[member.name]]))
    const calls: unknown[] = []
    const client = connect(service, (wire) => {
      calls.push(readRequest(model, wire))
      return writeResponse(model, { operation: name, output: {}, requestId })
    })
    const { $metadata: _, ...output } = await client.send(newCommand(service, name, input))
    expect(calls).toMatchObject([{ kind: 'operation', name, input }])
    expect(Object.values(output).filter((value) => typeof value !== 'object')).toEqual([])
  },
)

/** Any value of a shape: members present or not, lists of any length, any text. */
function arbitrary(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'structure':
      return arbitraryStructure(shape, depth)
    case 'list':
      return fc.array(arbitrary(shape.item.shape, depth + 1), { maxLength: 3 })
    case 'map':
      return fc.dictionary(fc.string(), arbitrary(shape.value.shape, depth + 1), {
        minKeys: 1, // a form cannot say that a map is empty
        maxKeys: 3,
      })
    case 'string':
    case 'document':
      return fc.string({ unit: 'grapheme' })
    case 'number':
      return fc.maxSafeInteger()
    case 'boolean':
      return fc.boolean()
    case 'blob':
      return fc.uint8Array()
    default:
      return fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000))
  }
}

function arbitraryStructure(shape: StructureShape, depth: number): fc.Arbitrary<object> {
  const members = shape.members.filter(
    (member, index) => depth < 3 || member.isRequired || index === 0,
  )
  const field = (m: Member): [string, fc.Arbitrary<unknown>] => [
    m.name,
    arbitrary(m.shape, depth + 1),
  ]
  if (shape.isUnion) {
    return fc.oneof(...members.map(field).map(([name, value]) => fc.record({ [name]: value })))
  }
  // A structure without members is not sent in a form at all, so below the top one is always there.
  const required = members.filter((m, index) => m.isRequired || (index === 0 && depth > 0))
  const requiredKeys = required.map((m) => m.name)
  return fc.record(Object.fromEntries(members.map(field)), { requiredKeys })
}

test.each(['sts', 'iam', 'ecr', 'organizations', 'cloudtrail'] as const)(
  'any input and output of %s survive',
  async (service) => {
    const model = loadService(service)
    const operations = fc.constantFrom(...model.operations.values()).chain((operation) =>
      fc.record({
        name: fc.constant(operation.name),
        input:
          operation.input === undefined ? fc.constant({}) : arbitraryStructure(operation.input, 0),
        output:
          operation.output === undefined
            ? fc.constant({})
            : arbitraryStructure(operation.output, 0),
      }),
    )
    await fc.assert(
      fc.asyncProperty(operations, async ({ name, input, output }) => {
        const calls: unknown[] = []
        const client = connect(service, (wire) => {
          calls.push(readRequest(model, wire))
          return writeResponse(model, { operation: name, output, requestId })
        })
        const got = await client.send(newCommand(service, name, input))
        expect(calls).toEqual([{ kind: 'operation', name, input }])
        await sameOutput(got, output as Record<string, unknown>)
      }),
      { numRuns: 100 },
    )
  },
)

test.each([
  { service: 'iam', operation: 'GetRole', code: 'NoSuchEntity', error: iam.NoSuchEntityException },
  {
    service: 'iam',
    operation: 'CreateRole',
    code: 'EntityAlreadyExists',
    error: iam.EntityAlreadyExistsException,
  },
  {
    service: 'sts',
    operation: 'AssumeRole',
    code: 'PackedPolicyTooLarge',
    error: sts.PackedPolicyTooLargeException,
  },
  { service: 's3', operation: 'GetObject', code: 'NoSuchKey', error: s3.NoSuchKey },
  {
    service: 's3',
    operation: 'CreateBucket',
    code: 'BucketAlreadyExists',
    error: s3.BucketAlreadyExists,
  },
  {
    service: 'ecr',
    operation: 'PutImage',
    code: 'ImageAlreadyExistsException',
    error: ecr.ImageAlreadyExistsException,
  },
] as const)(
  'the SDK is given $code as its own class',
  async ({ service, operation, code, error }) => {
    const model = loadService(service)
    const message = 'one <two> & "three"'
    const client = connect(service, () =>
      writeError(model, { error: new ServiceError(code, message), requestId, operation }),
    )
    const failure = await client
      .send(newCommand(service, operation, inputOf(model, operation)))
      .catch((caught: unknown) => caught)
    expect(failure).toBeInstanceOf(error)
    expect(failure).toMatchObject({
      message,
      $metadata: { httpStatusCode: model.errors.get(code)?.status, requestId },
    })
  },
)

test.each(services)(
  'every error that %s models arrives as its class, with its status',
  async (service) => {
    const model = loadService(service)
    const operation = simpleOperations[service]
    for (const { code, status, shape } of model.errors.values()) {
      const client = connect(service, () =>
        writeError(model, { error: new ServiceError(code, 'why'), requestId }),
      )
      const failure = await client
        .send(newCommand(service, operation, {}))
        .catch((caught: unknown) => caught)
      expect(failure).toBeInstanceOf(modules[service][shape.name])
      expect(failure).toMatchObject({ message: 'why', $metadata: { httpStatusCode: status } })
    }
  },
)

test('an error that no model has keeps its code, message and status', async () => {
  for (const service of services) {
    const model = loadService(service)
    const operation = simpleOperations[service]
    const error = new ServiceError('SignatureDoesNotMatch', 'no match', { status: 403 })
    const client = connect(service, () => writeError(model, { error, requestId }))
    const failure = await client
      .send(newCommand(service, operation, {}))
      .catch((caught: unknown) => caught)
    expect(failure).toMatchObject({
      name: 'SignatureDoesNotMatch',
      message: 'no match',
      $metadata: { httpStatusCode: 403, requestId },
    })
  }
})

test('members of an ECR error arrive with their types', async () => {
  const model = loadService('ecr')
  const error = new ServiceError('InvalidLayerPartException', 'no', {
    details: { uploadId: 'u', lastValidByteReceived: '41' },
  })
  const client = connect('ecr', () => writeError(model, { error, requestId }))
  const command = newCommand('ecr', 'UploadLayerPart', inputOf(model, 'UploadLayerPart'))
  const failure = await client.send(command).catch((caught: unknown) => caught)
  expect(failure).toMatchObject({ uploadId: 'u', lastValidByteReceived: 41 })
})
