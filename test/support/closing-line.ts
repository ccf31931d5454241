import type { Reporter, TestModule } from 'vitest/node'

/**
 * Prints `N passed, N failed, N skipped` as the last line, for people and for CI, and before it why tests were skipped
 * whose names tell it: `… (skipped: REASON)`.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = new Map<string, number>()
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        count[state] += 1
        const reason = /\(skipped: (.+?)\)/.exec(test.fullName)?.[1]
        if (state !== 'skipped' || reason === undefined) continue
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      }
    }
    const skipped = count.skipped + count.pending
    for (const [reason, tests] of reasons) process.stdout.write(`\n${tests} skipped: ${reason}\n`)
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${skipped} skipped\n`)
  }
}
