import type { Explanation } from '../../core/index.ts'
import type { LocalAws } from '../../local/index.ts'

export interface RefusalSetting {
  readonly local: LocalAws
  /** Account names by id. */
  readonly accountNames: ReadonlyMap<string, string>
}

/**
 * Makes an attempt that the embedded AWS must refuse, and says which document of which side refused it.
 * Throws when it is let through, or fails for a reason that has nothing to do with permission.
 */
export async function describeRefusal(
  attempt: () => Promise<unknown>,
  setting: RefusalSetting,
): Promise<string> {
  const wasAllowed = await attempt().then(
    () => true,
    () => false,
  )
  if (wasAllowed) throw new Error('was allowed, and must not be')
  const event = setting.local.events().at(-1)
  const explanation = event?.decisions.at(-1)?.explanation
  if (event?.errorCode === undefined) throw new Error('failed before AWS could refuse it')
  const isPermission = refusalCodes.test(event.errorCode)
  if (!isPermission) throw new Error(`${event.errorCode}: ${event.errorMessage}`)
  if (explanation?.cause === undefined) return `refused: ${event.errorCode}`
  return withNames(describeSides(explanation, explanation.cause), setting.accountNames)
}

const refusalCodes = /^(AccessDenied|AccessDeniedException|ExpiredToken|ExpiredTokenException)$/

type Cause = NonNullable<Explanation['cause']>

function describeSides(explanation: Explanation, cause: Cause): string {
  const lack = describeLack(explanation, cause)
  const other = describeOtherSide(explanation, cause.side)
  return [
    `refused by ${cause.document}`,
    lack === undefined ? '' : ` (${lack})`,
    other === undefined ? '' : `; ${other}`,
  ].join('')
}

/** In a few words what keeps the statement about this action from letting the caller in; `stile explain` tells all. */
function describeLack({ layers }: Explanation, cause: Cause): string | undefined {
  const statements = layers
    .filter((trace) => trace.layer === cause.layer)
    .flatMap((trace) => trace.policies.flatMap((policy) => policy.statements))
    .filter(({ effect, mismatches }) => effect === 'Allow' && !mismatches.some(isAboutAction))
  const [mismatch] = statements.flatMap((statement) => statement.mismatches)
  return mismatch === undefined ? undefined : lackWords[mismatch.element](mismatch.text)
}

function isAboutAction({ element }: { readonly element: string }): boolean {
  return element === 'Action'
}

const lackWords = {
  Action: () => 'is about other actions',
  Principal: () => 'names others',
  Resource: () => 'covers other resources',
  Condition: (text: string) => /^demands (?:\w+ value of )?[\w:/-]+/.exec(text)?.[0] ?? text,
} as const

/** What the side that did not decide has to say; nothing within one account. */
function describeOtherSide(
  { request, layers }: Explanation,
  decided: 'principal' | 'resource',
): string | undefined {
  const { principal, resourceAccount } = request
  if (!('accountId' in principal) || principal.accountId === resourceAccount) return undefined
  const isResource = (layer: string): boolean => ['resource', 'trust', 'rcp'].includes(layer)
  const others = layers.filter((trace) => isResource(trace.layer) !== (decided === 'resource'))
  const isOpen = others.every(
    ({ layer, verdict }) =>
      verdict === 'allows' ||
      verdict === 'notBinding' ||
      (verdict === 'notAttached' && layer !== 'identity' && layer !== 'resource'),
  )
  const account = decided === 'resource' ? principal.accountId : resourceAccount
  return isOpen ? `${account} allows it` : `${account} does not allow it either`
}

function withNames(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/(?<![\d:])\d{12}(?!\d)/g, (id) => names.get(id) ?? id)
}
