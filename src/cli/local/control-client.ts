import { CliError } from '../cli-error.ts'
import type { CommandContext, OptionValues } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { loadRunning, type RunningLocal, removeRunning } from './running-file.ts'

/** A running embedded AWS, as its control endpoints let one at it. */
export interface ControlClient {
  readonly running: RunningLocal
  /** The answer; throws what is wrong where the server refuses. */
  readonly call: <A>(path: string, body?: object) => Promise<A>
  /** The same, with undefined where there is nothing. */
  readonly find: <A>(path: string) => Promise<A | undefined>
}

/** The one that `--port` names, or the only one that runs; undefined where none does. */
export async function findControl(
  options: OptionValues,
  context: CommandContext,
): Promise<ControlClient | undefined> {
  const port = options.port === undefined ? undefined : Number(options.port)
  const noted = await loadRunning(context.environment)
  const asked = noted.filter((one) => port === undefined || one.port === port)
  const alive: ControlClient[] = []
  for (const running of asked) {
    const client = createControlClient(running, context.interrupted)
    if (await answers(client)) alive.push(client)
    else await removeRunning(context.environment, running.port)
  }
  if (alive.length < 2) return alive[0]
  const ports = alive.map(({ running }) => running.port)
  throw new CliError('several embedded AWSs are running', {
    remedy: `name one with --port: ${ports.join(', ')}`,
  })
}

export async function requireControl(
  options: OptionValues,
  context: CommandContext,
): Promise<ControlClient> {
  const found = await findControl(options, context)
  if (found !== undefined) return found
  const which = options.port === undefined ? '' : ` on port ${options.port}`
  throw new CliError(`no embedded AWS is running${which}`, {
    exitCode: exitCodes.failed,
    remedy: 'start one with `stile local`',
  })
}

export function createControlClient(
  running: Pick<RunningLocal, 'url' | 'controlToken'> & RunningLocal,
  interrupted: AbortSignal,
): ControlClient {
  const send = async (path: string, body?: object) => {
    const response = await fetch(`${running.url}/_stile/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${running.controlToken}` },
      signal: interrupted,
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as { error?: string } }
  }
  return {
    running,
    async call<A>(path: string, body?: object): Promise<A> {
      const answer = await send(path, body)
      if (answer.status === 200) return answer.body as A
      throw refusal(answer)
    },
    async find<A>(path: string): Promise<A | undefined> {
      const answer = await send(path)
      if (answer.status === 404) return undefined
      if (answer.status === 200) return answer.body as A
      throw refusal(answer)
    },
  }
}

function refusal({ status, body }: { readonly status: number; readonly body: { error?: string } }) {
  const exitCode = status === 400 ? exitCodes.usage : exitCodes.failed
  return new CliError(body.error ?? `the embedded AWS answered ${status}`, { exitCode })
}

async function answers(client: ControlClient): Promise<boolean> {
  try {
    await client.call('state')
    return true
  } catch {
    return false
  }
}
