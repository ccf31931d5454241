import { parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import { compileAction } from '../policy/action-index.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { PrincipalEntry, Statement } from '../policy/policy.ts'

/** What the statements of one policy about one action look at, besides the policies' patterns of actions. */
export interface PolicyTraits {
  /** In lower case. */
  readonly conditionKeys: readonly string[]
  /** What tells callers apart who are alike but for name and account; those that a principal element names aside. */
  readonly callerBy: CallerTrait
  /** Whether it takes in some resources and not others. */
  readonly tellsResourcesApart: boolean
}

/** Each includes those before it. */
export type CallerTrait = 'nothing' | 'account' | 'name'

/**
 * What each condition key that follows from the principal tells of callers of one kind. Keys that are not here come
 * with the request and tell nothing.
 */
export const callerKeys: Readonly<Record<string, CallerTrait>> = {
  'aws:principalarn': 'name',
  'aws:userid': 'name',
  'aws:username': 'name',
  'aws:principalaccount': 'account',
  'aws:principaltype': 'nothing',
  'aws:principalisawsservice': 'nothing',
  'aws:principalservicename': 'nothing',
}

/** Takes the action in lower case. */
export function traitsOf({ policy }: CompiledPolicy, action: string): PolicyTraits {
  const statements = policy.statements.filter((each) => compileAction(each.action)(action))
  if (statements.length === 0) return silent
  const conditionKeys = statements.flatMap(({ conditions }) =>
    conditions.map(({ key }) => key.toLowerCase()),
  )
  const variables = statements.flatMap(variablesIn)
  const read = [...conditionKeys, ...variables]
  return {
    conditionKeys: [...new Set(conditionKeys)],
    callerBy: widestOf([
      ...read.map((key) => callerKeys[key] ?? 'nothing'),
      ...statements.map(principalTrait),
    ]),
    tellsResourcesApart: read.includes('aws:resourceaccount') || statements.some(isAboutSome),
  }
}

const silent: PolicyTraits = { conditionKeys: [], callerBy: 'nothing', tellsResourcesApart: false }

export function widestOf(traits: readonly CallerTrait[]): CallerTrait {
  if (traits.includes('name')) return 'name'
  return traits.includes('account') ? 'account' : 'nothing'
}

/** Keys of `${...}`, in lower case; a document of the older version has none, and is read as if. */
function variablesIn({ resource, conditions }: Statement): readonly string[] {
  const texts = [...(resource?.patterns ?? []), ...conditions.flatMap(({ values }) => values)]
  return texts
    .filter((text) => text.includes('${'))
    .flatMap((text) => [...text.matchAll(/\$\{([^},]*)/g)])
    .map(([, key = '']) => key.trim().toLowerCase())
}

function isAboutSome({ resource }: Statement): boolean {
  return resource !== undefined && (resource.negated || !resource.patterns.includes('*'))
}

/** Users and roles named by ARN, and accounts, are for whoever asks to set aside: they are few. */
function principalTrait({ principal }: Statement): CallerTrait {
  if (principal === undefined) return 'nothing'
  if (principal.negated) return 'name'
  return principal.entries.every((entry) => canBeSetAside(entry)) ? 'nothing' : 'name'
}

function canBeSetAside(entry: PrincipalEntry): boolean {
  if (entry.kind !== 'AWS') return entry.kind !== 'CanonicalUser'
  const { value } = entry
  if (value === '*' || parseAccountId(value) !== undefined) return true
  return parseArn(value)?.service === 'iam'
}

/** What principal elements of statements about an action name, be it to allow or to deny. */
export interface SetAside {
  readonly arns: ReadonlySet<string>
  readonly accounts: ReadonlySet<string>
}

export function namedAsideIn({ policy }: CompiledPolicy, action: string): SetAside {
  const arns = new Set<string>()
  const accounts = new Set<string>()
  for (const { action: element, principal } of policy.statements) {
    if (principal === undefined || !compileAction(element)(action)) continue
    for (const entry of principal.entries) {
      if (entry.kind !== 'AWS') continue
      const arn = parseArn(entry.value)
      const account = parseAccountId(entry.value)
      if (account !== undefined) accounts.add(account)
      else if (arn?.service === 'iam' && arn.resource === 'root') accounts.add(arn.accountId)
      else if (arn !== undefined) arns.add(entry.value)
    }
  }
  return { arns, accounts }
}
