import { openPack } from './pack.ts'
import { remember, rememberEach } from './remember.ts'

/** What AWS publishes about one service, with the numbers of the packed form resolved to names. */
export interface ServiceTable {
  /** By lower-case name without prefix: IAM ignores the case of actions. */
  readonly actions: ReadonlyMap<string, ActionRow>
  /** By lower-case name. */
  readonly resourceTypes: ReadonlyMap<string, ResourceTypeRow>
  readonly conditionKeys: readonly ConditionKeyRow[]
}

export interface ActionRow {
  /** With prefix, in AWS's spelling: `s3:GetObject`. */
  readonly name: string
  readonly accessLevel: string
  readonly conditionKeys: readonly string[]
  readonly resourceTypes: readonly ActionResourceTypeRow[]
}

export interface ActionResourceTypeRow {
  readonly name: string
  readonly isRequired: boolean
  readonly conditionKeys: readonly string[]
}

export interface ResourceTypeRow {
  readonly name: string
  /** As AWS writes them: `arn:${Partition}:s3:::${BucketName}`. A few types have two. */
  readonly arnFormats: readonly string[]
  readonly conditionKeys: readonly string[]
}

export interface ConditionKeyRow {
  /** A variable part is a placeholder: `ecr:ResourceTag/${TagKey}`. */
  readonly name: string
  /** Empty for a key that the service only borrows, such as `aws:RequestTag/${TagKey}`. */
  readonly type: string
}

/** Every service's row; the tables behind them stay on disk. */
export const servicesPack = remember(() => openPack('services'))

/** The table of one service, by its lower-case prefix; undefined when AWS has no such service. */
export const loadServiceTable = rememberEach((prefix: string): ServiceTable | undefined => {
  const pack = servicesPack()
  const row = pack.rows.get(prefix)
  return row === undefined ? undefined : resolveNumbers(prefix, pack.readBody(row) as PackedService)
})

/** Written by `scripts/generate-catalog.js`; numbers are places in `conditionKeys` and `resourceTypes`. */
interface PackedService {
  readonly conditionKeys: readonly (readonly [name: string, type: string])[]
  readonly resourceTypes: readonly (readonly [name: string, arns: string, keys: number[]])[]
  readonly actions: readonly PackedAction[]
}

type PackedAction = readonly [
  name: string,
  accessLevel: string,
  conditionKeys: readonly number[],
  resourceTypes: readonly (readonly [type: number, isRequired: number, conditionKeys: number[]])[],
]

function resolveNumbers(prefix: string, packed: PackedService): ServiceTable {
  const keyNames = (numbers: readonly number[]): readonly string[] =>
    numbers.map((number) => packed.conditionKeys[number]?.[0] ?? '')
  const resourceTypes = packed.resourceTypes.map(([name, formats, keys]) => ({
    name,
    arnFormats: formats.split(', '),
    conditionKeys: keyNames(keys),
  }))
  const actions = packed.actions.map(([name, accessLevel, keys, types]) => ({
    name: `${prefix}:${name}`,
    accessLevel,
    conditionKeys: keyNames(keys),
    resourceTypes: types.map(([number, isRequired, typeKeys]) => ({
      name: resourceTypes[number]?.name ?? '',
      isRequired: isRequired === 1,
      conditionKeys: keyNames(typeKeys),
    })),
  }))
  return {
    actions: new Map(
      actions.map((action) => [action.name.slice(prefix.length + 1).toLowerCase(), action]),
    ),
    resourceTypes: new Map(resourceTypes.map((type) => [type.name.toLowerCase(), type])),
    conditionKeys: packed.conditionKeys.map(([name, type]) => ({ name, type })),
  }
}
