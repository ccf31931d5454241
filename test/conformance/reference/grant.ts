import type { Caller } from './caller.ts'
import { type Answer, every, type GrantJson, not, some } from './document.ts'
import { isNamedAs, type Naming } from './principal.ts'
import type { Question } from './statement.ts'

/**
 * What the grants of a key allow, by how each names the caller.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export function askGrants(
  grants: readonly GrantJson[],
  question: Question,
): ReadonlyMap<Naming, Answer> {
  const found = new Map<Naming, Answer>()
  for (const naming of ['caller itself', 'who stands behind', 'its account'] as const) {
    const answers = grants.map((grant) => allows(grant, question, naming))
    found.set(naming, some(answers))
  }
  return found
}

function allows(grant: GrantJson, question: Question, naming: Naming): Answer {
  const operation = question.action.split(':')[1]?.toLowerCase() ?? ''
  const isOne = grant.operations.some((name) => name.toLowerCase() === operation)
  const isHeld = every([
    isOne ? 'yes' : 'no',
    names(grant.grantee, naming, question.caller),
    isWithin(grant, operation, question),
  ])
  if (operation !== 'retiregrant' || grant.retiring === undefined) return isHeld
  return some([isHeld, names(grant.retiring, naming, question.caller)])
}

function names(principal: string, naming: Naming, caller: Caller): Answer {
  const kind = principal.startsWith('arn:') ? 'AWS' : 'Service'
  return isNamedAs(naming, { kind, value: principal, effect: 'Allow' }, caller)
}

/**
 * Constraints: the encryption context has the pairs, or is them; the source is the one.
 * Keys regardless of case, values with it. Operations that come with no encryption context are not constrained by one.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
 */
function isWithin({ constraints }: GrantJson, operation: string, { lookup }: Question): Answer {
  const yesIf = (is: boolean): Answer => (is ? 'yes' : 'no')
  const whole = constraints?.encryptionContextEquals
  const context = whole ?? constraints?.encryptionContextSubset
  const source = constraints?.sourceArn
  const isFromSource = source === undefined ? 'yes' : yesIf(lookup('aws:sourcearn')?.[0] === source)
  if (context === undefined || operation === 'describekey' || operation === 'retiregrant')
    return isFromSource
  // Whether a grant to be made is as strict, a request does not tell.
  if (operation === 'creategrant') return 'no'
  const pairs = Object.entries(context).map(([key, value]) =>
    yesIf(lookup(`kms:encryptioncontext:${key.toLowerCase()}`)?.[0] === value),
  )
  const given = lookup('kms:encryptioncontextkeys') ?? []
  const known = Object.keys(context).map((key) => key.toLowerCase())
  const hasOthers = yesIf(given.some((key) => !known.includes(key.toLowerCase())))
  const isAll = whole === undefined ? 'yes' : every([not(hasOthers), yesIf(given.length > 0)])
  return every([isFromSource, isAll, ...pairs])
}
