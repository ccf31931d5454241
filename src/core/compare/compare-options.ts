import type { Request } from '../evaluate/request.ts'
import type { PolicyType } from '../policy/policy.ts'
import { makeBudget } from './budget.ts'
import type { ListActions } from './solve-action.ts'
import { makeTextSets } from './text-set.ts'
import type { WitnessSetting } from './witness.ts'

/** What a comparison is told of AWS, which the core does not know by itself, and how long it may take. */
export interface CompareOptions {
  /** Actions that exist, for witnesses that a reader knows. */
  readonly listActions?: ListActions
  /** Patterns for the resources of an action; `${...}` stands for anything. */
  readonly listResources?: (action: string) => readonly string[]
  /** The most steps that the comparison may take; 3,000,000 when left out. */
  readonly budget?: number
}

/** A fresh setting: one budget, and nothing remembered. */
export function settingFor(
  type: PolicyType,
  options: CompareOptions,
  confirms: (request: Request) => boolean,
): WitnessSetting {
  return {
    type,
    solver: { sets: makeTextSets(), budget: makeBudget(options.budget ?? 3_000_000) },
    isEmptyKnown: new Map(),
    confirms,
    ...(options.listActions === undefined ? {} : { listActions: options.listActions }),
    ...(options.listResources === undefined ? {} : { listResources: options.listResources }),
  }
}
