import { readFileSync } from 'node:fs'
import type { PolicyType } from '../../src/core/index.ts'

/** For one code: a document that has the finding and one that has not. Text where it is no JSON, or odd JSON. */
export interface LintExample {
  readonly type: PolicyType
  readonly accountId?: string
  readonly bad: unknown
  readonly good: unknown
  /** With this many resources in the bad document's first statement. */
  readonly manyResources?: number
}

export const examples = JSON.parse(
  readFileSync(new URL('examples.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, LintExample>>

export function badText({ bad, manyResources }: LintExample): string {
  if (typeof bad === 'string') return bad
  if (manyResources === undefined) return JSON.stringify(bad)
  const { Statement: [first] = [], ...rest } = bad as { readonly Statement?: readonly object[] }
  const Resource = Array.from({ length: manyResources }, (_, i) => `arn:aws:s3:::cache-${i}/*`)
  return JSON.stringify({ ...rest, Statement: [{ ...first, Resource }] })
}
