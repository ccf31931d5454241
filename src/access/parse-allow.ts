import type { Permission, PermissionStatement } from './access-file.ts'
import { type Grammar, grammars, isWellFormed, shown } from './grammar.ts'
import type { DocumentStatementShape, PermissionShape } from './permit-schema.ts'
import {
  entryPlaces,
  itemPlaces,
  keyPlaceAt,
  type Place,
  placeAt,
  type Scope,
  scopeAt,
} from './place.ts'
import { textsOf } from './text-list.ts'

const statementKeys = [
  'actions',
  'notActions',
  'resources',
  'notResources',
  'conditions',
  'effect',
  'sid',
] as const

/** Parses one entry of `allow`: a managed policy, a statement, or pasted statements, which become one each. */
export function parsePermission(
  shape: PermissionShape,
  scope: Scope,
): readonly Permission[] | undefined {
  const written = (['policy', 'statements'] as const).filter((key) => shape[key] !== undefined)
  const statement = statementKeys.find((key) => shape[key] !== undefined)
  const forms = statement === undefined ? written : [...written, statement]
  if (forms.length > 1) return reportForms(forms, scope)
  if (shape.policy !== undefined) return parseManagedPolicy(shape.policy, scopeAt(scope, 'policy'))
  if (shape.statements !== undefined) {
    const parsed = shape.statements.map((pasted, index) =>
      parseStatement(pastedStatement(pasted), {
        ...scopeAt(scope, 'statements', index),
        names: pastedNames,
      }),
    )
    const permissions = parsed.filter((permission) => permission !== undefined)
    return permissions.length === parsed.length ? permissions : undefined
  }
  const permission = parseStatement(shape, { ...scope, names: ownNames })
  return permission === undefined ? undefined : [permission]
}

function reportForms(forms: readonly string[], scope: Scope): undefined {
  scope.report(keyPlaceAt(scope.place, forms[1] ?? ''), {
    code: 'conflicting-keys',
    message: `${forms.map((form) => shown(form)).join(' and ')} cannot stand in one entry of \`allow\``,
    remedy: 'begin a new entry with `-` for each',
  })
}

function parseManagedPolicy(policy: string, scope: Scope): readonly Permission[] | undefined {
  const position = scope.place.keyPosition
  const isArn = policy.startsWith('arn:')
  const name =
    policy
      .replace(/^customer\//, '')
      .split('/')
      .at(-1) ?? ''
  const isFine = isArn
    ? isWellFormed(policy, grammars.policyArn, scope)
    : isWellFormed(name, grammars.policyName, scope) && hasCustomerPath(policy, scope)
  return isFine ? [{ kind: 'managed', policy, position }] : undefined
}

function hasCustomerPath(policy: string, scope: Scope): boolean {
  const path = policy.slice(0, policy.lastIndexOf('/') + 1)
  if (path === '' || path.startsWith('customer/'))
    return isWellFormed(`/${path}`, grammars.path, scope)
  scope.report(scope.place, {
    code: 'invalid-policy-name',
    message: `policy ${shown(policy)} has a path, which AWS's own policies are named without`,
    remedy: `write ${shown(policy.slice(path.length))} for one of AWS's, ${shown(`customer/${policy}`)} for one in the trusting account`,
  })
  return false
}

/** What the parts of a statement are called where it stands. */
type StatementNames = Readonly<Record<(typeof statementKeys)[number], string>>

const ownNames: StatementNames = {
  actions: 'actions',
  notActions: 'notActions',
  resources: 'resources',
  notResources: 'notResources',
  conditions: 'conditions',
  effect: 'effect',
  sid: 'sid',
}

const pastedNames: StatementNames = {
  actions: 'Action',
  notActions: 'NotAction',
  resources: 'Resource',
  notResources: 'NotResource',
  conditions: 'Condition',
  effect: 'Effect',
  sid: 'Sid',
}

type StatementShape = Pick<PermissionShape, (typeof statementKeys)[number]>

function pastedStatement(shape: DocumentStatementShape): StatementShape {
  return {
    sid: shape.Sid,
    effect: shape.Effect,
    actions: shape.Action,
    notActions: shape.NotAction,
    resources: shape.Resource,
    notResources: shape.NotResource,
    conditions: shape.Condition,
  }
}

interface StatementScope extends Scope {
  readonly names: StatementNames
}

function parseStatement(shape: StatementShape, scope: StatementScope): Permission | undefined {
  const { names } = scope
  const isFine = [
    isOneOf(shape, ['actions', 'notActions'], scope),
    isOneOf(shape, ['resources', 'notResources'], scope),
    areWellFormed(shape.actions, grammars.action, scopeAt(scope, names.actions)),
    areWellFormed(shape.notActions, grammars.action, scopeAt(scope, names.notActions)),
    areWellFormed(shape.resources, grammars.resource, scopeAt(scope, names.resources)),
    areWellFormed(shape.notResources, grammars.resource, scopeAt(scope, names.notResources)),
    shape.sid === undefined ||
      isWellFormed(shape.sid, grammars.statementId, scopeAt(scope, names.sid)),
    areKeysWellFormed(scopeAt(scope, names.conditions)),
  ].every(Boolean)
  if (!isFine) return undefined
  const statement: PermissionStatement = {
    ...(shape.sid === undefined ? {} : { sid: shape.sid }),
    effect: shape.effect ?? 'Allow',
    actions: textsOf(shape.actions),
    notActions: textsOf(shape.notActions),
    resources: textsOf(shape.resources),
    notResources: textsOf(shape.notResources),
    conditions: conditionsAt(placeAt(scope.place, names.conditions)),
  }
  return { kind: 'statement', statement, position: scope.place.keyPosition }
}

function isOneOf(
  shape: StatementShape,
  keys: readonly ['actions' | 'resources', 'notActions' | 'notResources'],
  scope: StatementScope,
): boolean {
  const [plain, negated] = keys
  const present = keys.filter((key) => shape[key] !== undefined)
  if (present.length === 1) return true
  if (present.length === 2) {
    scope.report(keyPlaceAt(scope.place, scope.names[negated]), {
      code: 'conflicting-keys',
      message: `a statement holds either \`${scope.names[plain]}\` or \`${scope.names[negated]}\``,
      remedy: 'split it into two entries, or remove one of the keys',
    })
  } else {
    scope.report(
      { ...scope.place, position: scope.place.keyPosition },
      {
        code: 'missing-key',
        message: `the entry names no ${plain}`,
        remedy:
          plain === 'actions'
            ? `add \`${scope.names.actions}\`, or \`policy\` for a managed policy`
            : `add \`${scope.names.resources}: ["…"]\`; \`"*"\` means every resource`,
      },
    )
  }
  return false
}

function areWellFormed(
  written: string | readonly string[] | undefined,
  grammar: Grammar,
  scope: Scope,
): boolean {
  const places = itemPlaces(scope.place)
  return textsOf(written)
    .map((text, index) =>
      isWellFormed(text, grammar, { ...scope, place: places[index] ?? scope.place }),
    )
    .every(Boolean)
}

function areKeysWellFormed(scope: Scope): boolean {
  const keys = [...entryPlaces(scope.place).values()].flatMap((operator) => [
    ...entryPlaces(operator),
  ])
  return keys
    .map(([key, place]) =>
      isWellFormed(key, grammars.contextKey, {
        ...scope,
        place: { ...place, position: place.keyPosition },
      }),
    )
    .every(Boolean)
}

/** The Condition element with its values as they are written: `012` stays `012`. */
function conditionsAt(place: Place): PermissionStatement['conditions'] {
  return Object.fromEntries(
    [...entryPlaces(place)].map(([operator, keys]) => [
      operator,
      Object.fromEntries([...entryPlaces(keys)].map(([key, values]) => [key, textsAt(values)])),
    ]),
  )
}

function textsAt(place: Place): readonly string[] {
  return itemPlaces(place).map(({ node }) => (node?.kind === 'scalar' ? node.text : ''))
}
