import { statSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { writeFileAtomically } from '../write-file.ts'

/** What `bin/quick-answer.js` found out before anything was loaded: where the answer to this command line is kept. */
export interface QuickAnswerPlace {
  readonly path: string
  /** Tells one state of a file from another. */
  readonly stampOf: (path: string) => string
  /** What was kept and still counts. */
  readonly answer?: string
}

export interface QuickAnswer {
  /** Printed as it is. */
  readonly text: string
  /** From then on the answer is made anew. */
  readonly renewAtMs: number
  /** Files that the answer was made from: when one changes, it no longer counts. */
  readonly inputs: readonly string[]
}

/**
 * Keeps an answer for the next time that the same command line is run. The file is its owner's alone. Nothing is kept
 * where an input changed after this process began: it may have been read before that.
 */
export async function keepQuickAnswer(
  { path, stampOf }: QuickAnswerPlace,
  { text, renewAtMs, inputs }: QuickAnswer,
): Promise<void> {
  const stamped = inputs.map((input) => [input, stampOf(input)])
  if (inputs.some(hasJustChanged)) return
  await writeFileAtomically(path, `${JSON.stringify({ text, renewAtMs, inputs: stamped })}\n`)
}

/** File systems count time in steps of some milliseconds. */
const stepMs = 20

function hasJustChanged(path: string): boolean {
  const changedAtMs = statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0
  return changedAtMs > performance.timeOrigin - stepMs
}
