import { matchGlob } from '../arn/glob.ts'
import { compileAction } from '../policy/action-index.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { Statement } from '../policy/policy.ts'
import type { Estate, EstatePrincipal, EstateResource } from './estate.ts'
import { type Named, namedIn } from './named-principals.ts'

/** An estate with what it takes to ask about a few principals instead of all. */
export interface EstateIndex {
  readonly estate: Estate
  readonly principals: ReadonlyMap<string, EstatePrincipal>
  readonly byAccount: ReadonlyMap<string, readonly EstatePrincipal[]>
  readonly resources: ReadonlyMap<string, EstateResource>
  /** Roles by everything their trust policies name: ARNs, account ids, providers, services, `*`. */
  readonly rolesByTrust: ReadonlyMap<string, readonly EstatePrincipal[]>
  /** Principals whose own policies may allow the action on the resource; of `within` accounts alone, if given. */
  readonly holders: (
    action: string,
    resource: string,
    within: ReadonlySet<string> | 'all',
  ) => ReadonlySet<EstatePrincipal>
  /** Whom a role's trust policy names. */
  readonly trusted: (role: EstatePrincipal) => Named
}

export function indexEstate(estate: Estate): EstateIndex {
  const trusted = new Map<EstatePrincipal, Named>()
  const rolesByTrust = new Map<string, EstatePrincipal[]>()
  const byAccount = new Map<string, EstatePrincipal[]>()
  for (const role of estate.principals) {
    push(byAccount, role.accountId, role)
    if (role.trust === null) continue
    const named = namedIn(role.trust)
    trusted.set(role, named)
    for (const key of named.keys) push(rolesByTrust, key, role)
  }
  const byAction = new Map<string, ActionHolders>()
  return {
    estate,
    principals: new Map(estate.principals.map((each) => [each.arn, each])),
    byAccount,
    resources: new Map(estate.resources.map((each) => [each.arn, each])),
    rolesByTrust,
    trusted: (role) => trusted.get(role) ?? nobody,
    holders: (action, resource, within) => {
      const lower = action.toLowerCase()
      const found = byAction.get(lower) ?? indexAction(estate, lower)
      byAction.set(lower, found)
      return findHolders(found, resource, within)
    },
  }
}

const nobody: Named = { keys: new Set(), entries: [] }

interface ActionHolders {
  /** By the whole ARN that a statement names. */
  readonly exact: ReadonlyMap<string, readonly EstatePrincipal[]>
  /** Statements with patterns, by the account of who holds them. */
  readonly open: ReadonlyMap<string, readonly OpenHolder[]>
}

interface OpenHolder {
  readonly holder: EstatePrincipal
  readonly mayMatch: (resource: string) => boolean
}

/** One pass over all principals; what policies that many hold say is looked up once. */
function indexAction(estate: Estate, action: string): ActionHolders {
  const exact = new Map<string, EstatePrincipal[]>()
  const open = new Map<string, OpenHolder[]>()
  const known = new Map<CompiledPolicy, Reach>()
  for (const holder of estate.principals) {
    for (const policy of holder.identity) {
      const reach = known.get(policy) ?? reachOf(policy, action)
      known.set(policy, reach)
      for (const resource of reach.exact) push(exact, resource, holder)
      for (const mayMatch of reach.open) push(open, holder.accountId, { holder, mayMatch })
    }
  }
  return { exact, open }
}

interface Reach {
  readonly exact: readonly string[]
  readonly open: readonly ((resource: string) => boolean)[]
}

function reachOf({ policy }: CompiledPolicy, action: string): Reach {
  const statements = policy.statements.filter(
    (each) => each.effect === 'Allow' && compileAction(each.action)(action),
  )
  const isExact = ({ resource }: Statement): boolean =>
    resource?.negated === false && resource.patterns.every((pattern) => !/[*?$]/.test(pattern))
  return {
    exact: statements.filter(isExact).flatMap(({ resource }) => resource?.patterns ?? []),
    open: statements.filter((each) => !isExact(each)).map(openTest),
  }
}

/** Whether a statement may take in a resource, whatever its variables hold. */
export function openTest({ resource }: Statement): (resource: string) => boolean {
  if (resource === undefined || resource.negated) return () => true
  const patterns = resource.patterns.map((pattern) => pattern.replace(/\$\{[^}]*\}/g, '*'))
  return (asked) => patterns.some((pattern) => matchGlob(pattern, asked))
}

function findHolders(
  { exact, open }: ActionHolders,
  resource: string,
  within: ReadonlySet<string> | 'all',
): ReadonlySet<EstatePrincipal> {
  const named = exact.get(resource) ?? []
  const accounts = within === 'all' ? [...open.keys()] : [...within]
  const matching = accounts
    .flatMap((account) => open.get(account) ?? [])
    .filter(({ mayMatch }) => mayMatch(resource))
  return new Set([
    ...named.filter(({ accountId }) => within === 'all' || within.has(accountId)),
    ...matching.map(({ holder }) => holder),
  ])
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
