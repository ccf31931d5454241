import type {
  Compilation,
  DesiredCallerPolicy,
  DesiredRole,
  GrantPrincipal,
} from '../access/index.ts'
import type { PolicyDocument } from '../core/index.ts'
import type { ActualRole } from './actual.ts'
import { admissionsOf } from './admission.ts'
import type { Blocked } from './change.ts'
import { renderAccount } from './cloud-error.ts'
import { findOwner, isCallerDocument, isOwnCallerDocument, sharesSid } from './ownership.ts'
import { namesAny } from './role-resources.ts'
import { policyWords } from './words.ts'
import { knownRoles, otherFilesRoles, type World } from './world.ts'

export interface BlockingRules {
  readonly world: World
  readonly live: Compilation
  /** `adopt`: objects that nobody's tag is on are taken over; another access file's never are. */
  readonly ownership: 'strict' | 'adopt'
  /** ARNs of identity providers that must be there and are not. */
  readonly missingProviders: readonly string[]
}

/** What stands in the way of a role; nothing of it is planned then. */
export function blockRole(desired: DesiredRole, rules: BlockingRules): readonly Blocked[] {
  const { world } = rules
  const actual = world.findRole(desired.account.id, desired.name)
  const foreign = actual === undefined ? [] : blockForeignRole(desired, actual, rules)
  if (foreign.length > 0) return foreign
  return [
    ...blockMissingPolicies(desired, world),
    ...blockMissingTrusted(desired, rules),
    ...blockMissingProvider(desired, rules.missingProviders),
  ]
}

function blockForeignRole(
  desired: DesiredRole,
  actual: ActualRole,
  rules: BlockingRules,
): readonly Blocked[] {
  const place = trusting(desired, `role/${desired.name}`)
  const where = renderAccount(desired.account)
  const owner = findOwner(actual.tags, rules.world.file)
  if (owner.kind === 'otherFile') {
    return [
      {
        ...place,
        reason: 'owned-by-somebody-else',
        message: `role/${desired.name} in ${where} is owned by somebody else: the access file \`${owner.file}\``,
        remedy: 'choose another role name, or take the role out of that file first',
      },
    ]
  }
  if (owner.kind === 'nobody' && rules.ownership === 'strict') {
    return [
      {
        ...place,
        reason: 'owned-by-somebody-else',
        message: `role/${desired.name} in ${where} exists and is owned by somebody else: it has no tag \`stile:file\``,
        remedy:
          'choose another role name, or run with --adopt to take it over as the plan then shows',
      },
    ]
  }
  if (actual.path === desired.path) return []
  return [
    {
      ...place,
      reason: 'different-path',
      message: `role/${desired.name} in ${where} exists under the path \`${actual.path}\`, not \`${desired.path}\`; a path cannot be changed`,
      remedy: `declare \`path: ${actual.path}\`, or delete the role first`,
    },
  ]
}

function blockMissingPolicies(desired: DesiredRole, world: World): readonly Blocked[] {
  const { boundaryArn, account } = desired
  const used = [...desired.managedPolicyArns, ...(boundaryArn === undefined ? [] : [boundaryArn])]
  return used
    .filter((arn) => arn.includes(`::${account.id}:`) && !world.hasPolicy(account.id, arn))
    .map((arn) => ({
      ...trusting(desired, policyWords(arn)),
      reason: 'missing-policy' as const,
      message: `role/${desired.name} in ${renderAccount(account)} needs the policy ${policyWords(arn)}, which does not exist there`,
      remedy: 'create it first, or name another policy',
    }))
}

// Whoever makes a provider of that name later would decide who gets in.
function blockMissingProvider(
  desired: DesiredRole,
  missing: readonly string[],
): readonly Blocked[] {
  const trusted = directlyTrusted(desired)
  return missing
    .filter((arn) => trusted.includes(`provider:${arn}`))
    .map((arn) => ({
      ...trusting(desired, `role/${desired.name}`),
      reason: 'missing-provider' as const,
      message: `role/${desired.name} in ${renderAccount(desired.account)} would trust ${arn}, which does not exist`,
      remedy: 'create the identity provider first, or declare `provider: create` in the grant',
    }))
}

/** AWS: a trust policy that names a principal which does not exist is refused as a whole. */
function blockMissingTrusted(desired: DesiredRole, rules: BlockingRules): readonly Blocked[] {
  const { live, world } = rules
  const named = new Set(directlyTrusted(desired))
  return desired.grants.flatMap((grant) => {
    if (grant.from.kind !== 'account') return []
    const { account, principals } = grant.from
    return principals
      .filter((principal) => isConcrete(principal) && named.has(arnOf(account, principal)))
      .filter((principal) => isMissing(account, principal, world))
      .map((principal) => ({
        ...trusting(desired, `role/${desired.name}`),
        reason: 'missing-principal' as const,
        message: `role/${desired.name} in ${renderAccount(desired.account)} would trust ${principal.kind}/${principal.name} in ${renderAccount(account)}, which does not exist`,
        remedy: live.roles.some(({ arn }) => arn === arnOf(account, principal))
          ? `this access file makes role/${principal.name}: run again once it is there, or leave \`trust: principal\` out`
          : missingRemedy(principal),
      }))
  })
}

function directlyTrusted(desired: DesiredRole): readonly string[] {
  const given: unknown = desired.trustPolicy.Statement
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given]
  // Without conditions only what `Principal` itself names is admitted.
  const bare = statements.map((statement) =>
    typeof statement === 'object' && statement !== null
      ? { ...statement, Condition: {} }
      : { Effect: 'Deny' },
  )
  return admissionsOf({ Statement: bare }).map((admission) => admission.who)
}

/** Declared callers that are not there: Stile never makes them. */
export function blockMissingCallers(compilation: Compilation, world: World): readonly Blocked[] {
  const found = compilation.roles
    .flatMap((role) => role.grants)
    .flatMap(({ from }) => {
      if (from.kind !== 'account') return []
      return from.principals
        .filter((principal) => isMissing(from.account, principal, world))
        .map((principal) => blockMissingCaller(from.account, principal, world))
    })
  return [...new Map(found.map((one) => [`${one.account.id}/${one.object}`, one])).values()]
}

function blockMissingCaller(
  account: { readonly id: string; readonly name: string },
  principal: GrantPrincipal,
  world: World,
): Blocked {
  const { kind, name, path } = principal
  const elsewhere = world.findPrincipal(account.id, principal)
  const message =
    elsewhere === undefined
      ? `${kind}/${name} does not exist in ${renderAccount(account)}`
      : `${kind}/${name} in ${renderAccount(account)} has the path \`${elsewhere.path}\`, not \`${path}\``
  return {
    account: { id: account.id, name: account.name },
    side: 'caller',
    reason: 'missing-principal',
    object: `${kind}/${name}`,
    message,
    remedy: missingRemedy(principal),
  }
}

function missingRemedy(principal: GrantPrincipal): string {
  return `create ${principal.kind}/${principal.name} there (Stile never makes callers), or correct its name in the access file`
}

function isMissing(
  account: { readonly id: string },
  principal: GrantPrincipal,
  world: World,
): boolean {
  if (!world.isRead(account.id) || !isConcrete(principal)) return false
  const actual = world.findPrincipal(account.id, principal)
  if (actual === undefined) return true
  return principal.kind !== 'permission-set' && actual.path !== principal.path
}

/** What stands in the way of one caller policy: somebody else's policy of the same name. */
export function blockCallerPolicy(
  desired: DesiredCallerPolicy,
  rules: BlockingRules,
): readonly Blocked[] {
  if (desired.kind === 'managed') return blockForeignManaged(desired, rules)
  return desired.principals.flatMap((principal) => {
    const actual = rules.world.findPrincipal(desired.account.id, principal)
    const present = actual?.inlinePolicies.find((policy) => policy.name === desired.name)
    if (present === undefined || rules.ownership === 'adopt') return []
    if (isFilesOwn(present.document, desired, rules)) return []
    const holder = `${principal.kind}/${principal.name}`
    return [
      {
        ...caller(desired, `inline policy ${desired.name} of ${holder}`),
        reason: 'owned-by-somebody-else' as const,
        message: `${holder} in ${renderAccount(desired.account)} already has an inline policy \`${desired.name}\` that is owned by somebody else${isCallerDocument(present.document) ? ': another access file wrote it' : ', or was edited by hand'}`,
        remedy: 'set another `policy.name` in the grant, or run with --adopt to replace it',
      },
    ]
  })
}

function isFilesOwn(
  present: PolicyDocument,
  { document }: DesiredCallerPolicy,
  { live, world }: BlockingRules,
): boolean {
  if (!isCallerDocument(present) || namesAny(present, otherFilesRoles(world))) return false
  return sharesSid(present, document) || isOwnCallerDocument(present, knownRoles(live, world))
}

function blockForeignManaged(
  desired: DesiredCallerPolicy,
  rules: BlockingRules,
): readonly Blocked[] {
  const { arn, account, name } = desired
  const actual = arn === undefined ? undefined : rules.world.findPolicy(account.id, arn)
  if (actual === undefined) return []
  const owner = findOwner(actual.tags, rules.world.file)
  if (owner.kind === 'own') return []
  if (owner.kind === 'nobody' && rules.ownership === 'adopt') return []
  const whose = owner.kind === 'otherFile' ? `: the access file \`${owner.file}\`` : ''
  return [
    {
      ...caller(desired, `managed policy ${name}`),
      reason: 'owned-by-somebody-else',
      message: `managed policy ${name} in ${renderAccount(account)} is owned by somebody else${whose}`,
      remedy: 'set another `policy.name` in the grant, or run with --adopt if nobody else needs it',
    },
  ]
}

function isConcrete(principal: GrantPrincipal): boolean {
  return !/[*?]/.test(principal.name + principal.path)
}

function arnOf(
  account: { readonly id: string; readonly partition: string },
  { kind, path, name }: GrantPrincipal,
): string {
  return `arn:${account.partition}:iam::${account.id}:${kind}${path}${name}`
}

function trusting(desired: DesiredRole, object: string) {
  const { id, name } = desired.account
  return { account: { id, name }, side: 'trusting', object } as const
}

function caller(desired: DesiredCallerPolicy, object: string) {
  const { id, name } = desired.account
  return { account: { id, name }, side: 'caller', object } as const
}
