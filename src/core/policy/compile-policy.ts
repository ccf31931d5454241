import { type ConditionTest, compileCondition } from '../condition/compile-condition.ts'
import type { StatementRef } from '../evaluate/decision.ts'
import { type ActionIndex, buildActionIndex } from './action-index.ts'
import { commonPrefix } from './candidates.ts'
import { compilePrincipal, type PrincipalTest } from './match-principal.ts'
import { compileResource, literalPrefixes, type ResourceTest } from './match-resource.ts'
import type { Condition, Policy, Statement } from './policy.ts'

/** A policy made ready for many decisions: whoever decides asks `index` for the statements that can match. */
export interface CompiledPolicy {
  readonly policy: Policy
  /** Its name or ARN, for reasons and explanations. */
  readonly label: string
  readonly statements: readonly CompiledStatement[]
  readonly index: ActionIndex<CompiledStatement>
}

export interface CompiledStatement {
  readonly ref: StatementRef
  readonly isDeny: boolean
  /** Absent where the policy type has no principal. */
  readonly matchesPrincipal?: PrincipalTest
  /** Absent where the resource is the one that the policy is attached to. */
  readonly matchesResource?: ResourceTest
  /**
   * The last place of what every resource it takes in starts with, and the UTF-16 unit there; -1 where that is empty.
   * ARNs start alike and differ late.
   */
  readonly prefixEnd: number
  readonly prefixUnit: number
  readonly conditions: readonly ConditionTest[]
  /**
   * Whether a condition spells out `aws:PrincipalArn`: then `Principal: "*"` grants to that principal directly.
   * Patterns and `NotPrincipal` spell out nobody: AWS's pages speak of neither.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
   */
  readonly pinsPrincipalArn: boolean
}

/** Compiles a checked policy once, for any number of decisions. `label` is what reasons call it. */
export function compilePolicy(policy: Policy, label: string): CompiledPolicy {
  const statements = policy.statements.map((statement, index) =>
    compileStatement(statement, { policy, label, index }),
  )
  return { policy, label, statements, index: buildActionIndex(statements, policy) }
}

interface Place {
  readonly policy: Policy
  readonly label: string
  readonly index: number
}

function compileStatement(statement: Statement, place: Place): CompiledStatement {
  const { sid, effect, principal, resource, conditions } = statement
  const setting = { version: place.policy.version, effect }
  const resourcePrefix =
    resource === undefined ? '' : commonPrefix(literalPrefixes(resource, place.policy.version))
  const prefixEnd = resourcePrefix.length - 1
  return {
    ref: {
      layer: place.policy.type,
      policy: place.label,
      index: place.index,
      ...(sid === undefined ? {} : { sid }),
    },
    isDeny: effect === 'Deny',
    ...(principal === undefined ? {} : { matchesPrincipal: compilePrincipal(principal, effect) }),
    ...(resource === undefined ? {} : { matchesResource: compileResource(resource, setting) }),
    prefixEnd,
    prefixUnit: prefixEnd < 0 ? -1 : resourcePrefix.charCodeAt(prefixEnd),
    conditions: conditions.map((condition) => compileCondition(condition, setting)),
    pinsPrincipalArn: principal?.negated === false && conditions.some(isPinned),
  }
}

const pinning = ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']

function isPinned(condition: Condition): boolean {
  return (
    condition.key.toLowerCase() === 'aws:principalarn' &&
    !condition.ifExists &&
    condition.quantifier === undefined &&
    pinning.includes(condition.operator) &&
    !condition.values.some((value) => /[*?$]/.test(value))
  )
}
