import { readFileSync } from 'node:fs'
import type { ServiceName } from '../operation.ts'
import { compileRoutes, tellingKeys } from './rest-routes.ts'
import type {
  Binding,
  ErrorModel,
  Member,
  OperationModel,
  ProtocolName,
  ScalarKind,
  ServiceModel,
  Shape,
  StructureShape,
} from './service-model.ts'

const directory = new URL('../../../data/protocol/', import.meta.url)

/** Tables never change while a process runs, so each is read and linked once, at its service's first call. */
const loaded = new Map<ServiceName, ServiceModel>()

/** Reads a service's table synchronously at the first call; a later call returns the same value. */
export function loadService(name: ServiceName): ServiceModel {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const text = readFileSync(new URL(`${name}.json`, directory), 'utf8')
  const model = linkService(JSON.parse(text) as ServiceTable)
  loaded.set(name, model)
  return model
}

/** What `scripts/generate-protocol.js` writes. */
interface ServiceTable {
  readonly service: ServiceName
  readonly protocol: ProtocolName
  readonly apiVersion: string
  readonly xmlNamespace: string
  readonly targetPrefix: string
  readonly operations: Readonly<Record<string, OperationRow>>
  readonly errors: Readonly<Record<string, ErrorRow>>
  readonly shapes: Readonly<Record<string, StructureRow>>
}

interface OperationRow {
  readonly input?: string
  readonly output?: string
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number }
  readonly unwrapped?: true
}

interface ErrorRow {
  readonly shape: string
  readonly code?: string
  readonly status: number
}

interface StructureRow {
  readonly xmlName?: string
  readonly union?: true
  readonly eventStream?: true
  readonly required?: readonly string[]
  readonly members: Readonly<Record<string, MemberRow>>
}

type TypeRow = string | { readonly list: MemberRow } | { readonly map: MemberRow }

interface TraitsRow {
  readonly type: TypeRow
  readonly xmlName?: string
  readonly flattened?: true
  readonly attribute?: true
  readonly sensitive?: true
  readonly namespace?: readonly [string, string]
  readonly header?: string
  readonly prefixHeaders?: string
  readonly query?: string
  readonly label?: true
  readonly payload?: true
  readonly status?: true
}

type MemberRow = TypeRow | TraitsRow

function linkService(table: ServiceTable): ServiceModel {
  const structures = linkStructures(table.shapes)
  const structure = (name: string): StructureShape => requireStructure(structures, name)
  const operations = Object.entries(table.operations).map(
    ([name, row]): [string, OperationModel] => [
      name,
      {
        name,
        ...(row.input !== undefined && { input: structure(row.input) }),
        ...(row.output !== undefined && { output: structure(row.output) }),
        ...(row.http !== undefined && { http: row.http }),
        isUnwrapped: row.unwrapped === true,
      },
    ],
  )
  const errors = Object.entries(table.errors).map(([name, row]): [string, ErrorModel] => {
    const code = row.code ?? name
    return [code, { code, status: row.status, shape: structure(row.shape) }]
  })
  const { service, protocol, apiVersion, xmlNamespace, targetPrefix } = table
  const head = { service, protocol, apiVersion, xmlNamespace, targetPrefix }
  const routes = compileRoutes(operations.map(([, operation]) => operation))
  const tables = { operations: new Map(operations), errors: new Map(errors) }
  return { ...head, ...tables, routes, tellingKeys: tellingKeys(routes) }
}

type Structures = ReadonlyMap<string, StructureShape>

/** Structures may hold themselves, so all of them exist before any member is linked. */
function linkStructures(rows: ServiceTable['shapes']): Structures {
  const members = new Map<string, Member[]>()
  const structures = new Map<string, StructureShape>()
  for (const [name, row] of Object.entries(rows)) {
    const list: Member[] = []
    members.set(name, list)
    structures.set(name, {
      kind: 'structure',
      name,
      members: list,
      ...(row.xmlName !== undefined && { xmlName: row.xmlName }),
      isUnion: row.union === true,
      isEventStream: row.eventStream === true,
    })
  }
  for (const [name, row] of Object.entries(rows)) {
    for (const [memberName, memberRow] of Object.entries(row.members)) {
      const member = linkMember({ name: memberName, row: memberRow }, structures)
      const isRequired = row.required?.includes(memberName) ?? false
      members.get(name)?.push({ ...member, isRequired })
    }
  }
  return structures
}

function linkMember(
  { name, row }: { readonly name: string; readonly row: MemberRow },
  structures: Structures,
): Member {
  const traits: TraitsRow = typeof row === 'object' && 'type' in row ? row : { type: row }
  return {
    name,
    shape: linkType(traits.type, structures),
    wireName: traits.xmlName ?? name,
    isRequired: false,
    isFlattened: traits.flattened === true,
    isAttribute: traits.attribute === true,
    isSensitive: traits.sensitive === true,
    ...(traits.namespace !== undefined && { namespace: traits.namespace }),
    binding: linkBinding(traits),
  }
}

function linkType(type: TypeRow, structures: Structures): Shape {
  if (typeof type === 'string') {
    return scalarKinds.has(type) ? { kind: type as ScalarKind } : requireStructure(structures, type)
  }
  if ('list' in type) {
    return { kind: 'list', item: linkMember({ name: 'member', row: type.list }, structures) }
  }
  return { kind: 'map', value: linkMember({ name: 'value', row: type.map }, structures) }
}

function linkBinding(traits: TraitsRow): Binding {
  if (traits.label) return { kind: 'label' }
  if (traits.payload) return { kind: 'payload' }
  if (traits.status) return { kind: 'status' }
  if (traits.query !== undefined) return { kind: 'query', key: traits.query }
  if (traits.header !== undefined) {
    return { kind: 'header', key: traits.header.toLowerCase(), sentAs: traits.header }
  }
  if (traits.prefixHeaders !== undefined) {
    return { kind: 'prefixHeaders', prefix: traits.prefixHeaders.toLowerCase() }
  }
  return { kind: 'body' }
}

function requireStructure(structures: Structures, name: string): StructureShape {
  const structure = structures.get(name)
  if (structure === undefined) throw new Error(`bug: the protocol table has no shape ${name}`)
  return structure
}

const scalarKinds: ReadonlySet<string> = new Set<ScalarKind>([
  'string',
  'number',
  'boolean',
  'timestamp',
  'dateTime',
  'httpDate',
  'epochSeconds',
  'document',
  'blob',
  'stream',
  'unit',
])
