import type { CompiledPolicy, Principal, RequestContext } from '../core/index.ts'
import type { Carried } from './prove-carried.ts'

/** Somebody who tries to enter a role, or to do something. */
export interface TrialCaller {
  /** `role/gitlab-runner of build`. */
  readonly words: string
  readonly principal: Principal
  readonly identity: readonly CompiledPolicy[]
  readonly boundary: readonly CompiledPolicy[] | null
  /** Claims of a token, for callers that sign in with one. */
  readonly context: RequestContext
  /** Absent: nothing. */
  readonly carried?: Carried
}
