import type { QuickAnswerPlace } from '../session/index.ts'
import { processContext } from './process-context.ts'
import { runCli } from './run-cli.ts'

/** The entry point of `bin/stile.js`. Sets the process's exit status; never throws. */
export async function main(
  argv: readonly string[],
  quickAnswer: QuickAnswerPlace | undefined,
): Promise<void> {
  const context = processContext()
  const settings = quickAnswer === undefined ? context : { ...context, quickAnswer }
  process.exitCode = await runCli(argv, settings)
}
