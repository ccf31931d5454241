import type { PolicyDocument, PolicyType } from '../../../core/index.ts'
import { parsePolicy } from '../../../core/index.ts'
import { encodeUri } from '../../signature/uri-encoding.ts'
import { parsePolicyJson } from '../policy-json.ts'
import { renderProblem, syntaxErrors } from './document-problem.ts'
import type { StoredDocument } from './entities.ts'
import { malformedPolicyDocument } from './iam-error.ts'
import { resourceProblem } from './resource-problem.ts'

/** Checks the text of a policy document. Throws `MalformedPolicyDocument` with the first problem in AWS's words. */
export function requireDocument(text: string, type: PolicyType): StoredDocument {
  const value = parseJson(text, type)
  const parsed = parsePolicy(value, type)
  if (!parsed.ok) throw malformedPolicyDocument(renderProblem(parsed.problems[0], value, type))
  const wrong = type === 'identity' ? resourceProblem(parsed.policy) : undefined
  if (wrong !== undefined) throw malformedPolicyDocument(wrong)
  return { text, document: value as PolicyDocument }
}

function parseJson(text: string, type: PolicyType): unknown {
  try {
    return parsePolicyJson(text)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const isTrust = type === 'trust'
    throw malformedPolicyDocument(isTrust ? 'This policy contains invalid Json' : syntaxErrors)
  }
}

/** The document as IAM's answers hold it: percent-encoded by RFC 3986. */
export function renderDocument(stored: StoredDocument): string {
  return encodeUri(stored.text)
}

/** What the size quotas count. */
export function countNonWhitespace(text: string): number {
  return text.replace(/\s/g, '').length
}
