import type {
  AccessFile,
  Account,
  Compilation,
  DesiredCallerPolicy,
  Grant,
  GrantPrincipal,
} from '../../src/access/index.ts'
import { compileAccess } from '../../src/access/index.ts'
import type { Actual, ActualAccount, ActualPrincipal } from '../../src/cloud/actual.ts'
import { scopeOf } from '../../src/cloud/read-scope.ts'
import { type AccountId, parseAccountId } from '../../src/core/index.ts'

/** Access files by hand and the world that fits them, for tests of planning. */

const position = { file: 'access.yaml', line: 1, column: 1 }

export const build = anAccount('build', '111111111111')
export const ourthing = anAccount('ourthing', '222222222222')
export const third = anAccount('third', '333333333333')

export function anAccount(name: string, id: string): Account {
  return {
    name,
    id: accountId(id),
    partition: 'aws',
    profile: `${name}-admin`,
    isManagement: false,
    tags: {},
    position,
  }
}

function accountId(text: string): AccountId {
  const id = parseAccountId(text)
  if (id === undefined) throw new Error(`not an account id: ${text}`)
  return id
}

export function aPrincipal(text: string): GrantPrincipal {
  const [kind = '', ...rest] = text.split('/')
  const name = rest.pop() ?? ''
  const path = rest.length === 0 ? '/' : `/${rest.join('/')}/`
  if (kind !== 'user' && kind !== 'role' && kind !== 'group' && kind !== 'permission-set') {
    throw new Error(`no kind of principal: ${kind}`)
  }
  return { kind, name, path, position }
}

export interface GrantSketch {
  readonly name?: string
  readonly from?: Account
  readonly principals?: readonly string[]
  readonly to?: readonly Account[]
  readonly role?: string
  readonly path?: string
  readonly policies?: readonly string[]
  readonly actions?: readonly string[]
  readonly externalId?: string
  readonly expires?: string
  readonly verifyAs?: string
  readonly sessionTags?: Readonly<Record<string, string>>
  readonly policy?: Partial<{
    kind: 'inline' | 'managed'
    name: string
    resource: 'exact' | 'any-account'
  }>
}

export function aGrant(sketch: GrantSketch = {}): Grant {
  const name = sketch.name ?? 'push-images'
  const actions = sketch.actions ?? []
  return {
    name,
    from: {
      kind: 'account',
      account: sketch.from ?? build,
      principals: (sketch.principals ?? ['role/gitlab-runner']).map(aPrincipal),
      allowWildcard: false,
      policy: { kind: 'inline', name: `stile-${name}`, resource: 'exact', ...sketch.policy },
      ...(sketch.verifyAs === undefined ? {} : { verifyAs: sketch.verifyAs }),
    },
    to: {
      accounts: sketch.to ?? [ourthing],
      role: sketch.role ?? 'OurThingBuildRole',
      path: sketch.path ?? '/',
    },
    allow: [
      ...(sketch.policies ?? ['AmazonEC2ContainerRegistryPowerUser']).map((policy) => ({
        kind: 'managed' as const,
        policy,
        position,
      })),
      ...(actions.length === 0
        ? []
        : [
            {
              kind: 'statement' as const,
              position,
              statement: {
                effect: 'Allow' as const,
                actions,
                notActions: [],
                resources: ['*'],
                notResources: [],
                conditions: {},
              },
            },
          ]),
    ],
    require: {
      ...(sketch.externalId === undefined ? {} : { externalId: sketch.externalId }),
      mfa: false,
      sourceIp: [],
    },
    session: { maxDurationSeconds: 3600, tags: sketch.sessionTags ?? {}, transitiveTags: [] },
    position,
    ...(sketch.expires === undefined
      ? {}
      : { expires: { on: sketch.expires, endsAt: dayAfter(sketch.expires) } }),
  }
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().replace('.000', '')
}

export function compile(
  grants: readonly Grant[],
  accounts = [build, ourthing, third],
): Compilation {
  const access: AccessFile = { sources: ['access.yaml'], accounts, grants, expectations: [] }
  const outcome = compileAccess(access)
  if (!outcome.ok) throw new Error(outcome.problems.map((problem) => problem.message).join('\n'))
  return outcome.compilation
}

/** Both accounts as they are before anything was applied: the declared callers and nothing else. */
export function bareWorld(compilation: Compilation, accounts = [build, ourthing, third]): Actual {
  const scope = scopeOf(compilation, accounts)
  return {
    scope,
    unread: [],
    accounts: scope.accounts.map((one) => ({
      account: one.account,
      roles: [],
      policies: [],
      oidcProviders: [],
      knownPolicyArns: one.usedPolicyArns,
      otherFilesRoles: [],
      principals: callersIn(compilation, one.account.id),
    })),
  }
}

/** Both accounts exactly as declared. */
export function declaredWorld(
  compilation: Compilation,
  accounts = [build, ourthing, third],
): Actual {
  const bare = bareWorld(compilation, accounts)
  return {
    ...bare,
    accounts: bare.accounts.map((one) => ({
      ...one,
      roles: compilation.roles.filter((role) => role.account.id === one.account.id),
      policies: compilation.callerPolicies.flatMap(({ account, arn, name, document, tags }) =>
        account.id === one.account.id && arn !== undefined ? [{ arn, name, document, tags }] : [],
      ),
      principals: one.principals.map((principal) => withPolicies(principal, one, compilation)),
    })),
  }
}

export function inAccount(
  actual: Actual,
  account: Account,
  change: (one: ActualAccount) => ActualAccount,
): Actual {
  return {
    ...actual,
    accounts: actual.accounts.map((one) => (one.account.id === account.id ? change(one) : one)),
  }
}

function callersIn(compilation: Compilation, id: string): readonly ActualPrincipal[] {
  const all = compilation.roles
    .flatMap((role) => role.grants)
    .flatMap(({ from }) =>
      from.kind === 'account' && from.account.id === id ? from.principals : [],
    )
  const unique = new Map(all.map((one) => [`${one.kind}${one.path}${one.name}`, one]))
  return [...unique.values()].map(({ kind, name, path }) => ({
    kind,
    name,
    path,
    arn: `arn:aws:iam::${id}:${kind}${path}${name}`,
    inlinePolicies: [],
    managedPolicyArns: [],
  }))
}

function withPolicies(
  principal: ActualPrincipal,
  one: ActualAccount,
  compilation: Compilation,
): ActualPrincipal {
  const holds = (policy: DesiredCallerPolicy): boolean =>
    policy.account.id === one.account.id &&
    policy.principals.some((who) => who.kind === principal.kind && who.name === principal.name)
  const mine = compilation.callerPolicies.filter(holds)
  return {
    ...principal,
    inlinePolicies: mine
      .filter((policy) => policy.kind === 'inline')
      .map(({ name, document }) => ({ name, document })),
    managedPolicyArns: mine.flatMap(({ kind, arn }) =>
      kind === 'managed' && arn !== undefined ? [arn] : [],
    ),
  }
}
