import { type ExportFormat, renderExports } from '../../session/index.ts'
import { chooseWord } from '../choose-word.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { chooseKeys } from './choose-keys.ts'
import { requireControl } from './control-client.ts'
import type { LocalRequest } from './local-request.ts'

const formats: readonly ExportFormat[] = ['bash', 'fish', 'powershell', 'env', 'dotenv', 'json']

/** `stile local env`: the lines that make a shell work as somebody of the running embedded AWS. */
export async function printEnvironment({ options, context }: LocalRequest): Promise<ExitCode> {
  const format = chooseWord('--format', options.format ?? 'bash', formats)
  const control = await requireControl(options, context)
  context.stdout.write(renderExports(await chooseKeys(control, options), format))
  return exitCodes.done
}
