import type { PolicyDocument, PolicyType } from '../../../core/index.ts'
import { parsePolicy } from '../../../core/index.ts'
import { encodeUri } from '../../signature/uri-encoding.ts'
import type { StoredDocument } from './entities.ts'
import { malformedPolicyDocument } from './iam-error.ts'

/** Checks the text of a policy document. Throws `MalformedPolicyDocument` with the first problem. */
export function requireDocument(text: string, type: PolicyType): StoredDocument {
  const value = parseJson(text)
  const parsed = parsePolicy(value, type)
  if (!parsed.ok) throw malformedPolicyDocument(firstProblem(parsed.problems))
  return { text, document: value as PolicyDocument }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) {
      throw malformedPolicyDocument('Syntax errors in policy.')
    }
    throw cause
  }
}

function firstProblem(problems: readonly { path: string; message: string }[]): string {
  const problem = problems[0]
  if (problem === undefined) return 'Syntax errors in policy.'
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`
}

/** The document as IAM's answers hold it: percent-encoded by RFC 3986. */
export function renderDocument(stored: StoredDocument): string {
  return encodeUri(stored.text)
}

/** What the size quotas count. */
export function countNonWhitespace(text: string): number {
  return text.replace(/\s/g, '').length
}
