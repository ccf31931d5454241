import { once } from 'node:events'
import type { Output } from '../output.ts'
import { shellLines } from '../shell-lines.ts'
import type { TemporaryHome } from './temporary-home.ts'

/** Prints what lets the AWS CLI talk to the embedded AWS, and waits until the signal is aborted. */
export async function keepRunning(
  home: TemporaryHome,
  { output, keepUntil }: { readonly output: Output; readonly keepUntil: AbortSignal },
): Promise<void> {
  output.print('  in another terminal:')
  for (const line of shellLines(home.environment)) output.print(`    ${line}`)
  output.print(
    `    aws sts get-caller-identity --profile ${home.profileNames().at(-1) ?? 'default'}`,
  )
  output.print(`  profiles: ${home.profileNames().join(', ')}`)
  output.print('  Ctrl-C ends it')
  if (!keepUntil.aborted) await once(keepUntil, 'abort')
}
