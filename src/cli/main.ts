import { processContext } from './process-context.ts'
import { runCli } from './run-cli.ts'

/** The entry point of `bin/stile.js`. Sets the process's exit status; never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await runCli(argv, processContext())
}
