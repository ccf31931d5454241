import type { Position } from './position.ts'

/**
 * One finding about an access file. An `error` stops everything; a `warning` is printed and stops nothing;
 * an `assumption` names what the file cannot know and a proof rests on.
 */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'assumption'
  /** Stable and kebab-case, such as `unknown-account`. */
  readonly code: string
  /** The path of keys from the top of the file, such as `grants.push-images.to.role`. */
  readonly path: string
  readonly position: Position
  /** What is wrong and why it matters: lower case, no full stop, user input in backticks. */
  readonly message: string
  /** What to do about it. */
  readonly remedy?: string
}
