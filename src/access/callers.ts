import type { GrantFrom } from './access-file.ts'
import type { FromShape } from './from-schema.ts'
import { textsOf } from './text-list.ts'

/** Who calls, as far as the grant's terms ask: known even where `from` has problems of its own. */
export interface Callers {
  readonly kind: GrantFrom['kind']
  /** As written: `role/gitlab-runner`. Empty for a whole account, a vendor and an OIDC issuer. */
  readonly principals: readonly string[]
}

/** The callers that `from` speaks of, or undefined where it names none or several kinds of them. */
export function callersOf(shape: FromShape): Callers | undefined {
  const kinds = (['account', 'external', 'oidc'] as const).filter((key) => shape[key] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) return undefined
  return { kind, principals: kind === 'account' ? textsOf(shape.principals) : [] }
}
