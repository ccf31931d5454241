import type { Policy, PolicyType } from './policy.ts'
import type { ProblemList } from './policy-problem.ts'

/** Where a statement stands and what its policy demands. */
export interface StatementPlace {
  readonly type: PolicyType
  readonly version: Policy['version']
  readonly path: string
  readonly problems: ProblemList
}
