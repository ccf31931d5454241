// Packs the service schemas that the AWS SDK's clients export into data/protocol/SERVICE.json: operations, shapes and
// errors, and nothing else of the SDK. src/local/protocol/load-service.ts reads these tables; service-model.ts explains them.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Holds these tables and nothing else. */
export const folders = ['data/protocol']

const services = [
  { name: 'cloudtrail', package: '@aws-sdk/client-cloudtrail', client: 'CloudTrailClient' },
  { name: 'ecr', package: '@aws-sdk/client-ecr', client: 'ECRClient' },
  { name: 'iam', package: '@aws-sdk/client-iam', client: 'IAMClient' },
  {
    name: 'organizations',
    package: '@aws-sdk/client-organizations',
    client: 'OrganizationsClient',
  },
  { name: 's3', package: '@aws-sdk/client-s3', client: 'S3Client' },
  { name: 'sts', package: '@aws-sdk/client-sts', client: 'STSClient' },
]

const simpleTypes = new Map([
  [0, 'string'],
  [1, 'number'],
  [2, 'boolean'],
  [4, 'timestamp'],
  [5, 'dateTime'],
  [6, 'httpDate'],
  [7, 'epochSeconds'],
  [15, 'document'],
  [21, 'blob'],
  [42, 'stream'],
])

const numericTraits = [
  'httpLabel',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
]

/** What S3 answers where its model says 200. */
const answeredStatus = { PutBucketPolicy: 204, PutBucketTagging: 204 }

/** What the SDK calls a trait, and the field of a member that holds it in our tables. */
const memberTraits = {
  xmlName: 'xmlName',
  xmlFlattened: 'flattened',
  xmlAttribute: 'attribute',
  xmlNamespace: 'namespace',
  httpHeader: 'header',
  httpPrefixHeaders: 'prefixHeaders',
  httpQuery: 'query',
  httpLabel: 'label',
  httpPayload: 'payload',
  httpResponseCode: 'status',
  sensitive: 'sensitive',
}

/** Traits that say nothing to a server, or are read elsewhere. */
const otherTraits = new Set([
  'awsQueryError',
  'endpoint',
  'error',
  'eventPayload',
  'hostLabel',
  'http',
  'httpChecksum',
  'httpError',
  'idempotencyToken',
  'idempotent',
  'streaming',
])

/**
 * Members that only the SDK's JavaScript client has, never the wire.
 * `ExpiresString` repeats the header `Expires` as text.
 */
const clientOnlyMembers = new Set(['ExpiresString'])

/** Operations whose answer is its one member itself: a fact of S3's model that the schemas leave out. */
const unwrappedOutputs = new Set(['GetBucketLocation'])

/** Builds every table; keys are paths relative to the repository. */
export async function generate() {
  const files = new Map()
  for (const service of services) {
    const table = await serviceTable(service)
    files.set(`data/protocol/${service.name}.json`, render(table))
  }
  return files
}

async function serviceTable(service) {
  const module = await import(service.package)
  const client = new module[service.client]({ region: 'us-east-1' })
  const { protocol, protocolSettings: settings } = client.config
  const exported = Object.values(module).filter(Array.isArray)
  const shapes = new Map()
  const operations = exported
    .filter(([kind]) => kind === 9)
    .map((schema) => [schema[2], operationRow(schema, shapes)])
  const errors = exported
    .filter(([kind, namespace]) => kind === -3 && !namespace.startsWith('smithy.'))
    .map((schema) => [schema[2], errorRow(schema, { protocol, shapes })])
  return {
    source: `${service.package} ${await packageVersion(service.package)}`,
    service: service.name,
    protocol: protocol.getShapeId().split('#')[1],
    apiVersion: settings.version,
    xmlNamespace: settings.xmlNamespace,
    targetPrefix: settings.serviceTarget,
    operations: sorted(operations),
    errors: sorted(errors),
    shapes: sorted([...shapes].map(([name, { row }]) => [name, row])),
  }
}

function operationRow([, , name, traits, input, output], shapes) {
  const inputSchema = deref(input)
  const [method, uri, modelled] = traitsOf(traits).http ?? []
  const status = answeredStatus[name] ?? modelled
  return {
    input: structureName(inputSchema, shapes),
    output: structureName(deref(output), shapes),
    http: method === undefined ? undefined : { method, uri: fullUri(uri, inputSchema), status },
    unwrapped: unwrappedOutputs.has(name) ? true : undefined,
  }
}

/** The SDK's endpoint rules put the bucket into the host or path; on the wire it leads the path. */
function fullUri(uri, input) {
  const bucket = input[4]?.indexOf('Bucket') ?? -1
  const isLabel = bucket >= 0 && memberParts(input[5][bucket]).traits.httpLabel === 1
  const withBucket = isLabel ? `/{Bucket}${uri}`.replace('}/?', '}?').replace(/\}\/$/, '}') : uri
  return withBucket.replace(/[?&]x-id=\w+/, '')
}

/** A JSON service may still carry what its errors were called over the Query protocol: on the wire they are not. */
function errorRow(schema, { protocol, shapes }) {
  const traits = traitsOf(schema[3])
  const isQuery = protocol.getShapeId().endsWith('#awsQuery')
  const [code, queryStatus] = (isQuery && traits.awsQueryError) || []
  return {
    shape: structureName(schema, shapes),
    code,
    status: queryStatus ?? traits.httpError ?? (traits.error === 'server' ? 500 : 400),
  }
}

/** Adds the structure, and all it holds, to `shapes`. */
function structureName(schema, shapes) {
  if (schema === 'unit') return undefined
  const name = schema[2]
  const known = shapes.get(name)
  if (known !== undefined && known.schema !== schema) throw new Error(`two shapes named ${name}`)
  if ([...simpleTypes.values()].includes(name)) throw new Error(`shape named like a type: ${name}`)
  if (known === undefined) {
    const entry = { schema, row: {} }
    shapes.set(name, entry)
    Object.assign(entry.row, structureRow(schema, shapes))
  }
  return name
}

function structureRow([kind, , , traits, names, schemas, required], shapes) {
  const { xmlName, streaming } = traitsOf(traits)
  const members = names
    .map((name, index) => [name, memberRow(schemas[index], shapes)])
    .filter(([name]) => !clientOnlyMembers.has(name))
  return {
    xmlName,
    union: kind === 4 ? true : undefined,
    eventStream: streaming === 1 ? true : undefined,
    required: required === undefined ? undefined : names.slice(0, required),
    members: Object.fromEntries(members),
  }
}

/** A type alone, or an object with the type and its traits. */
function memberRow(schema, shapes) {
  const { target, traits } = memberParts(schema)
  const { type, traits: targetTraits } = typeOf(target, shapes)
  const fields = {}
  for (const [trait, value] of Object.entries({ ...targetTraits, ...traits })) {
    const field = memberTraits[trait]
    if (field !== undefined) fields[field] = value === 1 ? true : value
    else if (!otherTraits.has(trait)) throw new Error(`unknown trait ${trait}`)
  }
  return Object.keys(fields).length === 0 ? type : { type, ...fields }
}

function memberParts(schema) {
  let target = deref(schema)
  let traits = {}
  while (Array.isArray(target) && target.length === 2) {
    traits = { ...traitsOf(target[1]), ...traits }
    target = deref(target[0])
  }
  return { target, traits }
}

function typeOf(schema, shapes) {
  if (typeof schema === 'number') return { type: numericType(schema), traits: {} }
  if (schema === 'unit') return { type: 'unit', traits: {} }
  const [kind, , , traits, first, second] = schema
  if (kind === 0) return { type: typeOf(deref(first), shapes).type, traits: traitsOf(traits) }
  if (kind === 1) return { type: { list: memberRow(first, shapes) }, traits: traitsOf(traits) }
  if (kind === 2) return { type: { map: memberRow(second, shapes) }, traits: traitsOf(traits) }
  return { type: structureName(schema, shapes), traits: {} }
}

function numericType(schema) {
  if (schema >= 128) return { map: numericType(schema - 128) }
  if (schema >= 64) return { list: numericType(schema - 64) }
  const type = simpleTypes.get(schema)
  if (type === undefined) throw new Error(`unknown simple schema ${schema}`)
  return type
}

function traitsOf(traits) {
  if (typeof traits === 'object') return traits
  const set = numericTraits.filter((_, bit) => ((traits >> bit) & 1) === 1)
  return Object.fromEntries(set.map((name) => [name, 1]))
}

function deref(schema) {
  return typeof schema === 'function' ? schema() : schema
}

function sorted(entries) {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function packageVersion(name) {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(await readFile(path, 'utf8')).version
}

/** One operation, error or shape a line: small, and a change shows as the lines it touches. */
function render({ operations, errors, shapes, ...head }) {
  const lines = Object.entries(head).map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  )
  for (const [key, rows] of Object.entries({ operations, errors, shapes })) {
    const rendered = Object.entries(rows).map(
      ([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`,
    )
    lines.push(`${JSON.stringify(key)}:{\n${rendered.join(',\n')}\n}`)
  }
  return `{\n${lines.join(',\n')}\n}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../', import.meta.url)
  await mkdir(new URL('data/protocol/', root), { recursive: true })
  for (const [path, text] of await generate()) await writeFile(new URL(path, root), text)
}
