import type { PolicyDocument } from '../core/index.ts'
import { nearestName } from '../core/index.ts'
import { openPack, type PackRow } from './pack.ts'
import { remember, rememberEach } from './remember.ts'

/** The newest version of an AWS managed policy, as the catalog's source knew it (see `catalogSource`). */
export interface ManagedPolicy {
  readonly name: string
  readonly arn: string
  /** `/`, `/service-role/`, `/aws-service-role/`, `/job-function/`, … */
  readonly path: string
  readonly versionId: string
  /** ISO 8601, of the policy as a whole. */
  readonly createdAt: string
  readonly updatedAt: string
  readonly document: PolicyDocument
}

/**
 * An AWS managed policy by name (`ReadOnlyAccess`, also `service-role/AWSLambdaRole`) or by ARN. An ARN of another
 * partition finds it too and keeps that partition; the document is the one of the `aws` partition.
 * Reads that policy's document alone.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export function findManagedPolicy(nameOrArn: string): ManagedPolicy | undefined {
  const wanted = parseReference(nameOrArn)
  const row = managedPolicies().rows.get(wanted.name)
  if (row === undefined) return undefined
  const [name, path, versionId, createdAt, updatedAt] = row.cells.map(String) as RowTexts
  if (wanted.path !== undefined && wanted.path !== path) return undefined
  const arn = `arn:${wanted.partition}:iam::aws:policy${path}${name}`
  return { name, arn, path, versionId, createdAt, updatedAt, document: loadDocument(name) }
}

type RowTexts = [name: string, path: string, versionId: string, created: string, updated: string]

/** Every name, sorted. */
export function managedPolicyNames(): readonly string[] {
  return [...managedPolicies().rows.keys()]
}

/** The name that `name` was probably meant to be. */
export function nearestManagedPolicy(name: string): string | undefined {
  return nearestName(parseReference(name).name, managedPolicies().rows.keys())
}

const managedPolicies = remember(() => openPack('managed-policies'))

const loadDocument = rememberEach((name) => {
  const pack = managedPolicies()
  return pack.readBody(pack.rows.get(name) as PackRow) as PolicyDocument
})

interface Reference {
  readonly partition: string
  /** Undefined when only the name was given: any path will do. */
  readonly path?: string
  readonly name: string
}

function parseReference(text: string): Reference {
  const match = /^arn:(aws|aws-cn|aws-us-gov):iam::aws:policy(\/.*)$/.exec(text)
  const resource = match?.[2] ?? text
  const slash = resource.lastIndexOf('/')
  const partition = match?.[1] ?? 'aws'
  const name = resource.slice(slash + 1)
  if (slash < 0) return { partition, name }
  const path = resource.slice(0, slash + 1)
  return { partition, name, path: path.startsWith('/') ? path : `/${path}` }
}
