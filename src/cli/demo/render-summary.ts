import type { Output } from '../output.ts'
import type { ScenarioResult } from './step-log.ts'

/** One line per scenario: what worked, what was refused as it should be, how long it took. */
export function renderSummary(
  results: readonly ScenarioResult[],
  output: Output,
): readonly string[] {
  const width = Math.max(8, ...results.map(({ name }) => name.length))
  return [
    `${'scenario'.padEnd(width)}  result  steps  seconds`,
    ...results.map((result) => renderRow(result, { width, output })),
  ]
}

function renderRow(
  { name, ok, steps }: ScenarioResult,
  { width, output }: { readonly width: number; readonly output: Output },
): string {
  const failed = steps.filter((step) => !step.ok).length
  const seconds = steps.reduce((sum, step) => sum + step.ms, 0) / 1000
  const result = output.paint(ok ? 'good' : 'bad', (ok ? 'ok' : `${failed} bad`).padEnd(6))
  return `${name.padEnd(width)}  ${result}  ${String(steps.length).padStart(5)}  ${seconds.toFixed(1).padStart(7)}`
}
