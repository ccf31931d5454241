import { childEnvironment, runChild } from '../../session/index.ts'
import { CliError } from '../cli-error.ts'
import type { ExitCode } from '../exit-code.ts'
import { chooseKeys } from './choose-keys.ts'
import { type ControlClient, createControlClient, findControl } from './control-client.ts'
import { readStartOptions } from './local-options.ts'
import type { LocalRequest } from './local-request.ts'

/** `stile local exec -- CMD`: a program with endpoint and keys of the one that runs, or of one started for it. */
export async function execLocal(request: LocalRequest): Promise<ExitCode> {
  const { args, options, context } = request
  const [file, ...rest] = args
  if (file === undefined) throw new CliError('name a command to run, after `--`')
  const isOwn = [options.seed, options.access, options.data, options.faults].some(Boolean)
  const running = isOwn ? undefined : await findControl(options, context)
  if (running !== undefined) return runAs(running, [file, ...rest], request)
  const { startNoted, stopNoted } = await import('./start-local.ts')
  // Beside one that runs already, and out of everybody's way.
  const settings = await readStartOptions({ ...options, port: options.port ?? '0' }, context)
  const local = await startNoted(settings, context)
  try {
    const { url, port, controlToken } = local
    const noted = { url, port, controlToken, region: settings.region, pid: process.pid }
    const control = createControlClient(noted, new AbortController().signal)
    return await runAs(control, [file, ...rest], request)
  } finally {
    await stopNoted(local, context)
  }
}

async function runAs(
  control: ControlClient,
  argv: readonly string[],
  { options, context }: LocalRequest,
): Promise<ExitCode> {
  const [command = '', ...args] = argv
  const environment = childEnvironment(context.environment, await chooseKeys(control, options))
  const terminal = context.stdin.isTTY === true ? 'shared' : 'none'
  const outcome = await runChild(command, args, { environment, terminal })
  if (outcome.kind === 'exited') return outcome.status
  throw new CliError(outcome.message, { exitCode: outcome.status })
}
