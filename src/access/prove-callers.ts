import type { AccountId, Principal } from '../core/index.ts'
import type { Account, Grant, GrantPrincipal, OwnAccountFrom } from './access-file.ts'
import { principalKey } from './caller-policy.ts'
import { oidcProviderArn } from './compile-arns.ts'
import { carriedBy, carriedWords, distinctCarried } from './prove-carried.ts'
import { policiesOfPrincipal, printedPolicies, roleByArn } from './prove-lookups.ts'
import type { ProofWorld, ProvedRole } from './prove-world.ts'
import { compileDocument } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'
import { keeper, ofWorld } from './world-facts.ts'

type Place = Pick<Account, 'id' | 'partition'>

/** The callers that a grant means to let in, each with what it holds once the file is applied. */
export function grantCallers(
  world: ProofWorld,
  grant: Grant,
  trusting: Account,
): readonly TrialCaller[] {
  return keptCallers(world).keep(callersKey(grant, trusting), () =>
    makeGrantCallers(world, grant, trusting),
  )
}

/** What the callers of a grant depend on: those of one account are the same wherever the grant leads. */
function callersKey({ name, from }: Grant, { id, partition }: Account): string {
  switch (from.kind) {
    case 'account':
      return `grant ${name}`
    case 'external':
      return `external ${partition} ${from.accountId} ${from.role ?? ''}`
    default:
      return `grant ${name} ${id}`
  }
}

/** One object for each caller, however often it comes up: by that others know it again. */
const keptCallers = ofWorld(() => keeper<readonly TrialCaller[]>())

function makeGrantCallers(
  world: ProofWorld,
  grant: Grant,
  trusting: Account,
): readonly TrialCaller[] {
  const { from } = grant
  switch (from.kind) {
    case 'account':
      return from.principals.length === 0
        ? [wholeAccountCaller(world, grant, from)]
        : from.principals.flatMap((principal) => ownCallers(world, from.account, principal))
    case 'external': {
      const place = { id: from.accountId, partition: trusting.partition }
      const path = from.role ?? 'vendor-service'
      const words = `${from.role === undefined ? 'a role' : `role/${from.role}`} of ${from.accountId}`
      return [{ ...roleCaller(place, `/${path}`), words, identity: [mayAssumeAnything(world)] }]
    }
    default:
      return from.subjects.map((subject) => ({
        words: `${from.issuer}, ${subject}`,
        principal: { kind: 'federated', arn: oidcProviderArn(trusting, from.issuer) },
        identity: [],
        boundary: null,
        context: { [`${from.issuer}:aud`]: from.audience, [`${from.issuer}:sub`]: subject },
      }))
  }
}

/**
 * One principal of the file with the policies that the file gives it; wildcards stand for one example. A role that
 * grants lead to comes once for each thing that their sessions carry.
 */
export function ownCallers(
  world: ProofWorld,
  account: Account,
  principal: GrantPrincipal,
): readonly TrialCaller[] {
  return keptCallers(world).keep(`own ${account.id} ${principalKey(principal)}`, () =>
    makeOwnCallers(world, account, principal),
  )
}

function makeOwnCallers(
  world: ProofWorld,
  account: Account,
  principal: GrantPrincipal,
): readonly TrialCaller[] {
  const caller = ownCaller(world, account, principal)
  const grants = principal.kind === 'role' ? (findRole(world, caller)?.desired.grants ?? []) : []
  if (grants.length === 0) return [caller]
  return distinctCarried(grants).map((carried) => ({
    ...caller,
    words: `${caller.words}${carriedWords(carried)}`,
    carried,
  }))
}

/** The principal where it does not matter by which grant it became what it is. */
export function ownCaller(
  world: ProofWorld,
  account: Account,
  principal: GrantPrincipal,
): TrialCaller {
  const caller = examplePrincipal(account, principal)
  const held = policiesOfPrincipal(world, account.id, principal)
  const role = findRole(world, caller)
  return {
    ...caller,
    words: principalWords(account, principal),
    identity: [...held, ...(role?.permissions ?? [])],
    boundary: role?.boundary ?? null,
  }
}

function findRole(world: ProofWorld, { principal }: TrialCaller): ProvedRole | undefined {
  if (principal.kind !== 'roleSession') return undefined
  return roleByArn(world, principal.roleArn)
}

/** The session of a role that the file declares and a grant gives, with everything on the role. */
export function sessionCaller(world: ProofWorld, role: ProvedRole, grant: Grant): TrialCaller {
  return keptSessions(world).keep(`${role.desired.arn} ${grant.name}`, () =>
    makeSessionCaller(world, role, grant),
  )
}

const keptSessions = ofWorld(() => keeper<TrialCaller>())

function makeSessionCaller(world: ProofWorld, role: ProvedRole, grant: Grant): TrialCaller {
  const { account, path, name } = role.desired
  const held = policiesOfPrincipal(world, account.id, { kind: 'role', name, path })
  return {
    ...roleCaller(account, `${path}${name}`),
    words: `a session of ${name} in ${account.name}`,
    identity: [...role.permissions, ...held],
    boundary: role.boundary,
    carried: carriedBy(grant),
  }
}

/** A role by its path and name, `/team/deployer`, that holds nothing. */
export function roleCaller(place: Place, pathAndName: string): TrialCaller {
  const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1)
  const roleArn = `arn:${place.partition}:iam::${place.id}:role${pathAndName}`
  const arn = `arn:${place.partition}:sts::${place.id}:assumed-role/${name}/${trialSession}`
  const principal: Principal = {
    kind: 'roleSession',
    accountId: place.id,
    arn,
    roleArn,
    roleArnIsDerived: false,
    sessionName: trialSession,
  }
  return { words: `role${pathAndName}`, principal, identity: [], boundary: null, context: {} }
}

/** A user by its path and name, `/ana`, that holds nothing. */
export function userCaller(place: Place, pathAndName: string): TrialCaller {
  const arn = `arn:${place.partition}:iam::${place.id}:user${pathAndName}`
  const accountId: AccountId = place.id
  const principal: Principal = { kind: 'user', accountId, arn }
  return { words: `user${pathAndName}`, principal, identity: [], boundary: null, context: {} }
}

/** What an administrator of the caller's account could give to anybody there. */
export const mayAssumeAnything = ofWorld(() => {
  const statement = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }
  return compileDocument(
    { Version: '2012-10-17', Statement: [statement] },
    { type: 'identity', label: 'sts:AssumeRole on *' },
  )
})

const trialSession = 'stile-check'

function wholeAccountCaller(world: ProofWorld, grant: Grant, from: OwnAccountFrom): TrialCaller {
  // AWS: no session of a role carries MFA.
  const kind = grant.require.mfa ? 'user' : 'role'
  const makeCaller = { user: userCaller, role: roleCaller }[kind]
  return {
    ...makeCaller(from.account, `/any-${kind}`),
    words: `a ${kind} of ${from.account.name} that holds the printed policy`,
    identity: printedPolicies(world, grant).map(({ compiled }) => compiled),
  }
}

function examplePrincipal(account: Account, principal: GrantPrincipal): TrialCaller {
  const pathAndName = `${principal.path}${principal.name}`.replace(/[*?]/g, 'x')
  switch (principal.kind) {
    case 'user':
      return userCaller(account, pathAndName)
    case 'group':
      return userCaller(account, `/member-of-${principal.name}`)
    case 'role':
      return roleCaller(account, pathAndName)
    default:
      return roleCaller(
        account,
        `/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${principal.name}_0123456789abcdef`,
      )
  }
}

function principalWords(account: Account, principal: GrantPrincipal): string {
  const name = `${principal.path}${principal.name}`.slice(1)
  switch (principal.kind) {
    case 'group':
      return `a member of group/${name} of ${account.name}`
    case 'permission-set':
      return `permission-set/${name} of ${account.name}`
    default:
      return `${principal.kind}/${name} of ${account.name}`
  }
}
