/** The scenario format as plain JSON: what the reference reads. It shares no type with the engine. */
export interface ReferenceScenario {
  readonly request: {
    readonly principal: ReferencePrincipal
    readonly action: string
    readonly resource: string
    readonly resourceAccount: string
    readonly context: Readonly<Record<string, ReferenceValue>>
  }
  readonly policies: {
    readonly identity: readonly Document[]
    readonly boundary: readonly Document[] | null
    readonly session: readonly Document[] | null
    readonly resource: Document | null
    readonly scp: readonly (readonly Document[])[]
    readonly rcp: readonly (readonly Document[])[]
    readonly vpce: readonly Document[] | null
    readonly grants?: readonly GrantJson[]
  }
  readonly managementAccount?: string
}

/** A grant of a KMS key. */
export interface GrantJson {
  readonly grantee: string
  readonly operations: readonly string[]
  readonly retiring?: string
  readonly constraints?: {
    readonly encryptionContextEquals?: Readonly<Record<string, string>>
    readonly encryptionContextSubset?: Readonly<Record<string, string>>
    readonly sourceArn?: string
  }
}

export type ReferenceValue = string | number | boolean | readonly string[]

export type ReferencePrincipal =
  | {
      readonly arn: string
      readonly roleArn?: string
      readonly uniqueId?: string
      readonly userArn?: string
    }
  | { readonly type: 'Anonymous' }
  | { readonly type: 'Service'; readonly service: string }
  | { readonly type: 'Federated'; readonly arn: string }

export interface Document {
  readonly Version?: string
  readonly Statement: readonly StatementJson[]
}

export type PrincipalJson = '*' | Readonly<Record<string, string | readonly string[]>>

export type ConditionJson = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>

export interface StatementJson {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: PrincipalJson
  readonly NotPrincipal?: PrincipalJson
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Condition?: ConditionJson
}

/**
 * `unsaid`: AWS's pages leave it open, or the request does not tell.
 * A statement that is unsaid must not allow, and must deny.
 */
export type Answer = 'yes' | 'no' | 'unsaid'

export function not(answer: Answer): Answer {
  if (answer === 'unsaid') return answer
  return answer === 'yes' ? 'no' : 'yes'
}

export function some(answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes'
  return answers.includes('unsaid') ? 'unsaid' : 'no'
}

export function every(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no'
  return answers.includes('unsaid') ? 'unsaid' : 'yes'
}

export function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

/** The six parts of an ARN; the sixth keeps its colons. Undefined for text that has fewer. */
export function partsOf(arn: string): readonly string[] | undefined {
  const pieces = arn.split(':')
  return pieces.length < 6 ? undefined : [...pieces.slice(0, 5), pieces.slice(5).join(':')]
}
