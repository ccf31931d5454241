import { CliError } from '../cli-error.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { createOutput } from '../output.ts'
import { countOf } from '../render-check.ts'
import { requireControl } from './control-client.ts'
import type { LocalRequest } from './local-request.ts'

interface State {
  readonly nowMs: number
  readonly accounts: readonly {
    readonly id: string
    readonly name: string
    readonly organizationId?: string
    readonly counts: Readonly<Record<string, number>>
  }[]
}

/** `stile local reset`: back to the seed. */
export async function resetLocal({ options, context }: LocalRequest): Promise<ExitCode> {
  const control = await requireControl(options, context)
  const state = await control.call<State>('reset', {})
  const accounts = countOf(state.accounts.length, 'account')
  createOutput(context, options).print(`back to the seed, with ${accounts}`)
  return exitCodes.done
}

/** `stile local state`: what is there, in counts. */
export async function printState({ options, context }: LocalRequest): Promise<ExitCode> {
  const output = createOutput(context, options)
  const control = await requireControl(options, context)
  const state = await control.call<State>('state')
  if (options.json === true) {
    output.json({ version: 1, ...state })
    return exitCodes.done
  }
  output.print(`${control.running.url} at ${new Date(state.nowMs).toISOString()}`)
  for (const { id, name, counts, organizationId } of state.accounts) {
    const held = Object.entries(counts).filter(([, count]) => count > 0)
    const told = held.map(([what, count]) => `${what} ${count}`).join(', ') || 'nothing in it'
    const inside = organizationId === undefined ? '' : `  in ${organizationId}`
    output.print(`  ${id}  ${name}  ${told}${inside}`)
  }
  return exitCodes.done
}

/** `stile local clock 3600`, or `stile local clock 2030-01-01T00:00:00Z`. */
export async function setClock({ args, options, context }: LocalRequest): Promise<ExitCode> {
  const [text] = args
  if (text === undefined) {
    throw new CliError('say how many seconds ahead, or a time (ISO 8601)', {
      remedy: 'as in `stile local clock 3600`; `stile local clock 0` is the real time',
    })
  }
  const control = await requireControl(options, context)
  const isOffset = /^[+-]?\d+(\.\d+)?$/.test(text)
  const body = isOffset ? { offsetSeconds: Number(text) } : { now: text }
  const { now } = await control.call<{ readonly now: string }>('clock', body)
  createOutput(context, options).print(`it is ${now} there`)
  return exitCodes.done
}

/** `stile local faults throttle=0.1`; without faults it ends them. */
export async function setFaults({ args, options, context }: LocalRequest): Promise<ExitCode> {
  const { parseFaults } = await import('../../local/index.ts')
  const [text = ''] = args
  const reading = parseFaults(text)
  if (!reading.ok) throw new CliError(reading.problems.join('\n'))
  const control = await requireControl(options, context)
  const pairs = text.split(',').filter((pair) => pair.trim() !== '')
  const body = Object.fromEntries(pairs.map((pair) => pair.split('=').map((one) => one.trim())))
  const { faults } = await control.call<{ readonly faults: string }>('faults', body)
  createOutput(context, options).print(faults === '' ? 'no faults' : faults)
  return exitCodes.done
}
