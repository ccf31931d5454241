import { open } from 'node:fs/promises'
import type { ChangeOutcome } from './apply-report.ts'

/** Where an apply leaves its trace. Only for people to read: convergence rests on reading the accounts again. */
export interface Journal {
  readonly record: (outcome: ChangeOutcome) => Promise<void>
  readonly close: () => Promise<void>
}

/** A file of one JSON line per step, appended to and readable by its owner alone. */
export async function openJournal(
  path: string,
  clock: { readonly nowMs: () => number },
): Promise<Journal> {
  const file = await open(path, 'a', 0o600)
  return {
    record: async (outcome) => {
      const { account, kind, words } = outcome.change
      const line = {
        at: new Date(clock.nowMs()).toISOString(),
        account: account.id,
        outcome: outcome.kind,
        change: kind,
        words,
        ...(outcome.kind === 'done' ? {} : { because: outcome.because }),
      }
      await file.appendFile(`${JSON.stringify(line)}\n`)
    },
    close: () => file.close(),
  }
}
