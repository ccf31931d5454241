import type { ServiceName } from '../operation.ts'

export type ProtocolName = 'awsQuery' | 'awsJson1_1' | 'restXml'

/** What one AWS service looks like on the wire: read from the tables under `data/protocol/`. */
export interface ServiceModel {
  readonly service: ServiceName
  readonly protocol: ProtocolName
  /** The `Version` parameter of the Query protocol. */
  readonly apiVersion: string
  readonly xmlNamespace: string
  /** What stands before the dot in `X-Amz-Target`. */
  readonly targetPrefix: string
  /** All operations that AWS has, in ascending order of names. */
  readonly operations: ReadonlyMap<string, OperationModel>
  /** By the code that clients see, which is not always the shape's name. */
  readonly errors: ReadonlyMap<string, ErrorModel>
  /** How a request's line and headers tell the operation; empty where they do not. */
  readonly routes: readonly Route[]
  /** Query parameters that tell operations apart, such as `acl` and `uploadId`. */
  readonly tellingKeys: ReadonlySet<string>
}

/** One operation of a REST service, as `route-rest.ts` compares it with a request. */
export interface Route {
  readonly operation: OperationModel
  readonly method: string
  readonly path: RegExp
  /** Names of the labels, in the order of the path's groups. */
  readonly labels: readonly string[]
  /** Query parameters of the template, such as `acl` or `list-type=2`. */
  readonly markers: readonly { readonly key: string; readonly value: string }[]
  readonly requiredQuery: readonly string[]
  /** The names of both as one text: empty where it takes no parameter to tell the operation. */
  readonly telling: string
  readonly requiredHeaders: readonly string[]
  /** Every query parameter that the operation reads or is told by. */
  readonly queryKeys: ReadonlySet<string>
}

export interface OperationModel {
  readonly name: string
  /** Absent: the operation takes nothing. */
  readonly input?: StructureShape
  /** Absent: it answers nothing. */
  readonly output?: StructureShape
  /** Only in the REST protocols. `uri` is a template such as `/{Bucket}/{Key+}?acl`. */
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number }
  /** The answer's body is its only member itself, not a structure around it. */
  readonly isUnwrapped: boolean
}

export interface ErrorModel {
  readonly code: string
  readonly status: number
  readonly shape: StructureShape
}

export type Shape = StructureShape | ListShape | MapShape | ScalarShape

export interface StructureShape {
  readonly kind: 'structure'
  readonly name: string
  readonly members: readonly Member[]
  /** The element's name where the structure is the root of a document. */
  readonly xmlName?: string
  /** Exactly one member is set. */
  readonly isUnion: boolean
  /** A sequence of framed messages, which no codec here writes. */
  readonly isEventStream: boolean
}

export interface ListShape {
  readonly kind: 'list'
  readonly item: Member
}

/** Keys are text in every service modelled here. */
export interface MapShape {
  readonly kind: 'map'
  readonly value: Member
}

export interface ScalarShape {
  readonly kind: ScalarKind
}

/** `timestamp` takes the protocol's own form, the three others name theirs. A `stream` is a blob that is not held in memory. */
export type ScalarKind =
  | 'string'
  | 'number'
  | 'boolean'
  | 'timestamp'
  | 'dateTime'
  | 'httpDate'
  | 'epochSeconds'
  | 'document'
  | 'blob'
  | 'stream'
  | 'unit'

export interface Member {
  /** As in the SDK's types. */
  readonly name: string
  readonly shape: Shape
  /** The element's or parameter's name; `name` unless the model says otherwise. */
  readonly wireName: string
  readonly isRequired: boolean
  /** Items follow each other without an element around them. */
  readonly isFlattened: boolean
  /** An XML attribute. */
  readonly isAttribute: boolean
  /** Passwords and keys: never shown in messages. */
  readonly isSensitive: boolean
  /** Prefix and URI declared on the element. */
  readonly namespace?: readonly [prefix: string, uri: string]
  /** Where the member travels; `body` in protocols without bindings. */
  readonly binding: Binding
}

export type Binding =
  | { readonly kind: 'body' }
  | { readonly kind: 'payload' }
  | { readonly kind: 'label' }
  | { readonly kind: 'status' }
  | { readonly kind: 'query'; readonly key: string }
  /** `key` in lower case; `sentAs` as AWS writes it. */
  | { readonly kind: 'header'; readonly key: string; readonly sentAs: string }
  | { readonly kind: 'prefixHeaders'; readonly prefix: string }

/** All operations that AWS has in this service, also those not built here. */
export function operationNames(model: ServiceModel): readonly string[] {
  return [...model.operations.keys()]
}

/** The operation's model; a name that the service lacks is a mistake of the caller. */
export function requireOperation(model: ServiceModel, name: string): OperationModel {
  const operation = model.operations.get(name)
  if (operation === undefined) throw new Error(`bug: ${model.service} has no operation ${name}`)
  return operation
}

/** True where the request's body is an object's or layer's bytes, to be stored while it arrives. */
export function hasStreamingInput(model: ServiceModel, operation: string): boolean {
  const members = model.operations.get(operation)?.input?.members ?? []
  return members.some((member) => member.shape.kind === 'stream')
}
