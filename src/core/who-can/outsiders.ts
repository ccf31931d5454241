import { type AccountId, parseAccountId } from '../arn/account-id.ts'
import { parseArn, renderArn, splitArn } from '../arn/arn.ts'
import { parsePrincipal } from '../evaluate/parse-principal.ts'
import { isRole } from '../evaluate/quirks.ts'
import type { Principal } from '../evaluate/request.ts'
import { compileAction } from '../policy/action-index.ts'
import { type CompiledPolicy, compilePolicy } from '../policy/compile-policy.ts'
import type { Statement } from '../policy/policy.ts'
import type { Asker } from './decide-pair.ts'
import type { EstateQuestion } from './estate.ts'
import type { EstateIndex } from './estate-index.ts'
import { type NamedEntry, namedIn } from './named-principals.ts'

export type WhoKind =
  | 'user'
  | 'role'
  | 'root'
  /** Whoever an account that was not read lets. */
  | 'account'
  /** One principal of such an account. */
  | 'outsider'
  | 'federated'
  | 'service'
  /** Anybody at all, or with `if` whoever meets it. */
  | 'everyone'

/** Somebody whom a resource-based policy names and who was not read. */
export interface Outsider {
  readonly who: string
  readonly kind: WhoKind
  readonly account: string
  readonly asker: Asker
  /** What it calls: tokens and assertions enter roles by actions of their own. */
  readonly action: string
}

/**
 * Everybody outside the estate whom the policy's statements about the action name. Their own accounts are taken to let
 * them: nobody here can see that.
 */
export function outsidersOf(
  index: EstateIndex,
  policy: CompiledPolicy,
  question: EstateQuestion,
): readonly Outsider[] {
  const found = new Map<string, Outsider>()
  for (const entry of namedIn(policy).entries) {
    for (const outsider of readOutsiders(index, entry, question)) {
      const isAbout = compileAction(entry.statement.action)(outsider.action.toLowerCase())
      if (isAbout && !found.has(outsider.who)) found.set(outsider.who, outsider)
    }
  }
  return [...found.values()]
}

function readOutsiders(
  index: EstateIndex,
  { key, kind, statement }: NamedEntry,
  question: EstateQuestion,
): readonly Outsider[] {
  const { action, resource } = question
  switch (kind) {
    case 'service':
      return [{ who: key, kind, account: '', action, asker: bare({ kind, service: key }) }]
    case 'federated': {
      const entering = isRole(resource) && /^sts:assumerole$/i.test(action)
      const own = key.includes(':saml-provider/') ? 'SAML' : 'WebIdentity'
      const asks = entering ? `sts:AssumeRoleWith${own}` : action
      return [{ who: key, kind, account: '', action: asks, asker: bare({ kind, arn: key }) }]
    }
    case 'everyone':
      return everyone(index, statement, question)
    case 'account': {
      if (index.estate.accounts.has(key)) return []
      const named = pinnedArns(statement)
        .map(({ example }) => example)
        .filter((arn) => parseArn(arn)?.accountId === key)
      if (named.length > 0) return named.flatMap((arn) => outsider(arn, action))
      const partition = parseArn(resource)?.partition ?? 'aws'
      const asker = lentSession(`arn:${partition}:iam::${key}:role/anybody`)
      return asker === undefined ? [] : [{ who: key, kind, account: key, action, asker }]
    }
    default: {
      const arn = parseArn(key)
      // A session named by its own ARN stands for itself: the role it is of is decided as any session.
      const isRead = arn?.service === 'iam' && index.estate.accounts.has(arn.accountId)
      return isRead ? [] : outsider(key, action)
    }
  }
}

function everyone(
  { estate }: EstateIndex,
  statement: Statement,
  { action, resource }: EstateQuestion,
): readonly Outsider[] {
  const base = { who: '*', kind: 'everyone', account: '', action } as const
  const pinned = pinnedArns(statement)
  if (pinned.length > 0) {
    // Whom an account that was read has is known: its principals are decided as what they are.
    return pinned.flatMap(({ pattern, example }) => {
      const asker = lentSession(example)
      const isRead = estate.accounts.has(parseArn(pattern)?.accountId ?? '')
      return asker === undefined || isRead ? [] : [{ ...base, who: pattern, asker }]
    })
  }
  // AWS: nobody assumes a role without credentials.
  if (!/^sts:/i.test(action)) return [{ ...base, asker: bare({ kind: 'anonymous' }) }]
  const partition = parseArn(resource)?.partition ?? 'aws'
  const asker = lentSession(`arn:${partition}:iam::000000000000:role/anybody`)
  return asker === undefined ? [] : [{ ...base, asker }]
}

interface Pinned {
  readonly pattern: string
  /** An ARN that it takes in. */
  readonly example: string
}

/** ARNs that a condition on `aws:PrincipalArn` admits. */
function pinnedArns({ conditions }: Statement): readonly Pinned[] {
  return conditions
    .filter(({ key, operator }) => {
      const isPositive = /^(Arn|String)(Equals|Like)/.test(operator)
      return isPositive && key.toLowerCase() === 'aws:principalarn'
    })
    .flatMap(({ values }) => values.map((pattern) => ({ pattern, example: exampleOf(pattern) })))
}

/** Wildcards by an example: of an account by one that nobody has. */
function exampleOf(pattern: string): string {
  const segments = splitArn(pattern)
  if (segments === undefined) return pattern
  const [, partition, service, region, account, resource] = segments
  const digits = account.replace('*', '0'.repeat(12 - account.replaceAll('*', '').length))
  const named = resource.replace(/[*?]/g, 'x')
  const kind = /^[*?]/.test(resource) ? 'role/x' : named
  return `arn:${partition.replace('*', 'aws')}:${service}:${region}:${digits.replaceAll('?', '0')}:${kind}`
}

function outsider(arn: string, action: string): readonly Outsider[] {
  const asker = lentSession(arn)
  const account = parseArn(arn)?.accountId ?? ''
  return asker === undefined ? [] : [{ who: arn, kind: 'outsider', account, action, asker }]
}

function bare(principal: Principal): Asker {
  return { principal, identity: [], boundary: null }
}

function lentSession(arn: string): Asker | undefined {
  const principal = callerOf(arn)
  return principal && { principal, identity: [everything], boundary: null }
}

/** Who calls for the ARN of a user, of a role (a session of it) or of a session. */
export function callerOf(arn: string): Principal | undefined {
  const parsed = parseArn(arn)
  const accountId: AccountId | undefined = parseAccountId(parsed?.accountId ?? '')
  if (parsed?.service !== 'iam' || accountId === undefined) return parsePrincipal(arn)
  if (!parsed.resource.startsWith('role/')) return parsePrincipal(arn)
  const name = parsed.resource.slice(parsed.resource.lastIndexOf('/') + 1)
  const session = { ...parsed, service: 'sts', resource: `assumed-role/${name}/any-session` }
  return parsePrincipal({ arn: renderArn(session), roleArn: arn })
}

const everything = compilePolicy(
  {
    type: 'identity',
    version: '2012-10-17',
    statements: [
      {
        effect: 'Allow',
        action: { negated: false, patterns: ['*'] },
        resource: { negated: false, patterns: ['*'] },
        conditions: [],
      },
    ],
  },
  'whatever its own account lets it do',
)
