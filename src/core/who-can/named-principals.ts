import { parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { PrincipalEntry, Statement } from '../policy/policy.ts'

/** Whom a resource-based policy's allowing statements name. */
export interface Named {
  /** ARNs, account ids, providers and services as written; `*` for everyone and for `NotPrincipal`. */
  readonly keys: ReadonlySet<string>
  readonly entries: readonly NamedEntry[]
}

export interface NamedEntry {
  readonly key: string
  readonly kind: 'everyone' | 'account' | 'arn' | 'federated' | 'service'
  readonly statement: Statement
}

export function namedIn({ policy }: CompiledPolicy): Named {
  const entries = policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => {
      const { principal } = statement
      if (principal === undefined || principal.negated) {
        return [{ key: '*', kind: 'everyone' as const, statement }]
      }
      return principal.entries.map((entry) => readEntry(entry, statement))
    })
  return { keys: new Set(entries.map(({ key }) => key)), entries }
}

function readEntry(entry: PrincipalEntry, statement: Statement): NamedEntry {
  if (entry.kind === 'everyone') return { key: '*', kind: 'everyone', statement }
  const { kind, value } = entry
  if (kind === 'Federated') return { key: value, kind: 'federated', statement }
  if (kind === 'Service') return { key: value, kind: 'service', statement }
  if (value === '*') return { key: '*', kind: 'everyone', statement }
  const account = accountOf(value)
  if (account !== undefined) return { key: account, kind: 'account', statement }
  return { key: value, kind: 'arn', statement }
}

function accountOf(value: string): string | undefined {
  const bare = parseAccountId(value)
  if (bare !== undefined) return bare
  const arn = parseArn(value)
  return arn?.service === 'iam' && arn.resource === 'root' ? arn.accountId : undefined
}
