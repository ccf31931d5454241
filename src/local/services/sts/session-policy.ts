import { deflateRawSync } from 'node:zlib'
import type { AccountId } from '../../../core/index.ts'
import type { SessionFacts } from '../../caller.ts'
import type { Call } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { requireDocument } from '../iam/document.ts'
import { findPolicyDocument, isAwsPolicyArn } from '../iam/managed-policy.ts'

export interface SessionPolicyInput {
  readonly Policy?: string
  readonly PolicyArns?: readonly { readonly arn?: string }[]
}

type SessionPolicies = Pick<SessionFacts, 'policy' | 'policyArns'>

/** Checks the session policies of a call for a session in `accountId`. */
export function newSessionPolicies(
  input: SessionPolicyInput,
  accountId: AccountId,
  call: Call,
): SessionPolicies {
  const policyArns = (input.PolicyArns ?? []).map((one) => one.arn ?? '')
  if (policyArns.length > 10) throw validation('the number of managed session policies is over 10')
  for (const arn of policyArns) {
    const isReachable = isAwsPolicyArn(arn) || arn.startsWith(`arn:aws:iam::${accountId}:policy/`)
    if (isReachable && findPolicyDocument(call.store, arn) !== undefined) continue
    throw validation(`Policy ${arn} does not exist or is not attachable.`)
  }
  if (input.Policy === undefined) return { policyArns }
  if (input.Policy.length > 2048) {
    throw validation('The session policy is longer than 2048 characters')
  }
  return { policyArns, policy: requireDocument(input.Policy, 'session').document }
}

function validation(message: string): ServiceError {
  return new ServiceError('ValidationError', message)
}

/** Bytes. AWS packs session policies and tags and does not say how: this is deflate's size of them. */
const packedLimit = 4096

/**
 * How full the packed session policies and tags are, in per cent; undefined when there is nothing to pack.
 * Throws `PackedPolicyTooLarge` above 100.
 */
export function packedPolicySize(
  facts: Pick<SessionFacts, 'policy' | 'policyArns' | 'tags'>,
): number | undefined {
  const hasTags = Object.keys(facts.tags).length > 0
  if (facts.policy === undefined && facts.policyArns.length === 0 && !hasTags) return undefined
  const text = JSON.stringify([facts.policy, facts.policyArns, facts.tags])
  const percent = Math.ceil((deflateRawSync(text).length * 100) / packedLimit)
  if (percent <= 100) return percent
  const message = `Packed size of session tags consumes ${percent}% of allotted space.`
  throw new ServiceError('PackedPolicyTooLarge', message)
}
