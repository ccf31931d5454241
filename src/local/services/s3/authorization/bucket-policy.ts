import { parsePolicy } from '../../../../core/index.ts'
import type { Store } from '../../../store/store.ts'
import { renderPrincipals, storePrincipals } from '../../iam/policy-principals.ts'
import { parsePolicyJson } from '../../policy-json.ts'
import type { BucketPolicy } from '../bucket/bucket.ts'
import { bucketArn } from '../bucket/bucket.ts'
import { s3Error } from '../s3-error.ts'

/** Checks a policy that is to be put on a bucket; throws `MalformedPolicy` with S3's words where it has them. */
export function readBucketPolicy(text: string, bucketName: string, store: Store): BucketPolicy {
  const document = readObject(text)
  if (!('Statement' in document)) throw malformed('Missing required field Statement')
  const parsed = parsePolicy(document, 'resource')
  if (!parsed.ok) throw malformed(parsed.problems[0]?.message ?? 'Policy has invalid syntax')
  for (const statement of parsed.policy.statements) {
    // A canonical user id is no name of an account here, so a deny by it would bind nobody.
    if (statement.principal?.entries.some((entry) => entry.kind === 'CanonicalUser'))
      throw malformed('Invalid principal in policy')
    const resources = statement.resource?.patterns ?? []
    if (!resources.every((pattern) => isOfBucket(pattern, bucketName)))
      throw malformed('Policy has invalid resource')
    if (!statement.action.patterns.every((pattern) => /^(s3:.*|\*)$/i.test(pattern)))
      throw malformed('Policy has invalid action')
  }
  const storing = storePrincipals(store, document)
  if (storing.kind === 'invalid') throw malformed('Invalid principal in policy')
  return { document: storing.document }
}

/** The policy as GetBucketPolicy shows it: principals that are still there by their ARNs. */
export function renderBucketPolicy(policy: BucketPolicy, store: Store): string {
  return JSON.stringify(renderPrincipals(store, policy.document))
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  const document = text.startsWith('{') ? parseJson(text) : undefined
  if (document === undefined)
    throw malformed("Policies must be valid JSON and the first byte must be '{'")
  return document
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parsePolicyJson(text) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

/** AWS: a bucket policy speaks of its own bucket and the objects in it; `arn:aws:s3:::*` is refused as well. */
function isOfBucket(pattern: string, bucketName: string): boolean {
  const arn = bucketArn(bucketName)
  return pattern === arn || pattern === `${arn}*` || pattern.startsWith(`${arn}/`)
}

function malformed(say: string): Error {
  return s3Error('MalformedPolicy', { say })
}
