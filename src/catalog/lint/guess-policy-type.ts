import type { PolicyType } from '../../core/index.ts'

/** What a document says of its own type. SCPs and boundaries read like identity-based policies, and RCPs like others. */
export interface GuessedType {
  readonly type: PolicyType
  /** Why, in words that end a sentence: `it has no Principal`. */
  readonly because: string
}

/** The likeliest type of a policy document: by its principals, resources and actions. Takes any text. */
export function guessPolicyType(text: string): GuessedType {
  const statements = statementsOf(text)
  const hasPrincipal = statements.some((each) => 'Principal' in each || 'NotPrincipal' in each)
  if (!hasPrincipal) return { type: 'identity', because: 'it has no `Principal`' }
  const hasResource = statements.some((each) => 'Resource' in each || 'NotResource' in each)
  if (hasResource || !statements.every(isAboutSessions)) {
    return { type: 'resource', because: 'it has a `Principal`' }
  }
  return {
    type: 'trust',
    because: 'it has a `Principal`, no `Resource`, and actions of `sts` only',
  }
}

type JsonObject = Readonly<Record<string, unknown>>

function statementsOf(text: string): readonly JsonObject[] {
  const document = parseJson(text)
  const given = isObject(document) ? document.Statement : undefined
  return (Array.isArray(given) ? given : [given]).filter(isObject)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAboutSessions({ Action: given }: JsonObject): boolean {
  const actions: readonly unknown[] = Array.isArray(given) ? given : [given]
  return actions.every((action) => typeof action === 'string' && /^sts:/i.test(action))
}
