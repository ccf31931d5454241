import type { Output } from '../output.ts'

/** One thing that a scenario did. `detail` says what came of it, or why it failed. */
export interface Step {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  readonly ms: number
}

export interface ScenarioResult {
  readonly name: string
  readonly ok: boolean
  readonly steps: readonly Step[]
}

/** `✓` marks what worked, `✗` what AWS refused as it should, `!` what went wrong. */
export type Mark = '✓' | '✗' | '!'

export interface StepLog {
  readonly steps: readonly Step[]
  /** Runs `action`, times it and prints its line. Returns whether it went as it should. */
  run(
    step: { readonly name: string; readonly mark: Mark },
    action: () => Promise<string>,
  ): Promise<boolean>
  /** Lines that are no step. */
  note(lines: readonly string[]): void
}

export function createStepLog(output: Output, nowMs: () => number): StepLog {
  const steps: Step[] = []
  return {
    steps,
    async run({ name, mark }, action) {
      const startedAtMs = nowMs()
      const outcome = await attempt(action)
      steps.push({ name, ...outcome, ms: Math.round(nowMs() - startedAtMs) })
      output.print(renderStep(outcome.ok ? mark : '!', `${name}: ${outcome.detail}`, output))
      return outcome.ok
    },
    note(lines) {
      for (const line of lines) output.print(`  ${output.paint('dim', line)}`)
    },
  }
}

async function attempt(
  action: () => Promise<string>,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  try {
    return { ok: true, detail: await action() }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

const markStyles = { '✓': 'good', '✗': 'good', '!': 'bad' } as const

function renderStep(mark: Mark, text: string, output: Output): string {
  return `  ${output.paint(markStyles[mark], mark)} ${text}`
}
