import { compileGlob, matchGlob } from '../core/index.ts'
import type { DesiredRole } from './compilation.ts'
import { withoutVariables } from './prove-pattern.ts'
import type { TrialCaller } from './trial-caller.ts'

/**
 * Whether a caller's own policies may let it assume a role, as far as their text tells without asking the engine. Errs
 * on the side of yes. Within one account a role may name its caller itself, and tokens have no policies.
 */
export function readAssumable({
  principal,
  identity,
}: TrialCaller): (role: Pick<DesiredRole, 'arn' | 'account'>) => boolean {
  if (!('accountId' in principal)) return () => true
  const statements = identity.flatMap(({ policy }) => policy.statements)
  const allows = statements.filter(
    ({ effect, action }) =>
      effect === 'Allow' &&
      (action.negated || action.patterns.some((one) => matchGlob(one.toLowerCase(), assumeRole))),
  )
  const isOpen = allows.some(({ resource }) => resource === undefined || resource.negated)
  const patterns = allows.flatMap(({ resource }) => resource?.patterns ?? []).map(withoutVariables)
  const exact = new Set(patterns.filter((pattern) => !isPattern(pattern)))
  const tests = patterns.filter(isPattern).map((pattern) => compileGlob(pattern))
  return ({ arn, account }) =>
    isOpen ||
    account.id === principal.accountId ||
    exact.has(arn) ||
    tests.some((test) => test(arn))
}

const assumeRole = 'sts:assumerole'

function isPattern(text: string): boolean {
  return /[*?]/.test(text)
}
