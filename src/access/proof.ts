import type { Position } from './position.ts'

/**
 * One thing that was tried with the engine. `allowed` and `refused` are as the file wants them; `delegated` means that
 * the administrators of an account decide, and nothing here can; `failed` means that the file does not do what it says.
 */
export interface Proof {
  /** The grant's name, or the principal of an expectation as written: `build:role/intern`. */
  readonly grant: string
  readonly kind: 'allowed' | 'refused' | 'delegated' | 'failed'
  readonly about: 'grant' | 'expectation'
  /** What was tried: `no external id`. */
  readonly title: string
  /** Which policy decided, on which side, and why. */
  readonly detail: string
  /** Whose documents decided: the caller's account, or the one that trusts. */
  readonly side?: 'principal' | 'resource'
  readonly position: Position
}
