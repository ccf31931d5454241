import { type ExitCode, exitCodes } from '../exit-code.ts'
import { createOutput, type Output } from '../output.ts'
import { countOf } from '../render-check.ts'
import { type ControlClient, requireControl } from './control-client.ts'
import type { LocalRequest } from './local-request.ts'
import { renderTailLine, type TailEvent } from './tail-line.ts'

interface Page {
  readonly events: readonly TailEvent[]
  readonly last: number
}

/** `stile local tail`: every call as it comes, until it is interrupted or the server ends. */
export async function followCalls({ options, context }: LocalRequest): Promise<ExitCode> {
  const output = createOutput(context, options)
  const control = await requireControl(options, context)
  output.say(`calls of ${control.running.url}; Ctrl-C ends this`)
  const shown = { output, withIds: options.ids === true, isJson: options.json === true }
  let after = options.last === true ? 0 : undefined
  while (!context.interrupted.aborted) {
    const page = await nextPage(control, after, context.interrupted)
    if (page === undefined) {
      if (!context.interrupted.aborted) output.say('the embedded AWS has ended')
      return exitCodes.done
    }
    reportMissed(page, { after, output })
    after = page.last
    // A terminal may have got another width meanwhile, or say that it has none.
    const width = context.stdout.columns || undefined
    for (const event of page.events) printEvent(event, { ...shown, width })
  }
  return exitCodes.done
}

/** The server remembers a thousand calls: of a flood, those before may have gone by. */
function reportMissed(
  { events: [first] }: Page,
  { after, output }: { readonly after: number | undefined; readonly output: Output },
): void {
  if (first === undefined || !after || first.number <= after + 1) return
  output.say(`${countOf(first.number - after - 1, 'call')} went by unseen`)
}

/** Undefined when it was interrupted, and when the server is gone. */
async function nextPage(
  control: ControlClient,
  after: number | undefined,
  interrupted: AbortSignal,
): Promise<Page | undefined> {
  try {
    const query = after === undefined ? '' : `?after=${after}&waitSeconds=25`
    return await control.call<Page>(`events${query}`)
  } catch (error) {
    if (interrupted.aborted || error instanceof TypeError) return undefined
    throw error
  }
}

interface Shown {
  readonly output: Output
  readonly withIds: boolean
  readonly width: number | undefined
  readonly isJson: boolean
}

function printEvent(event: TailEvent, { output, withIds, width, isJson }: Shown): void {
  if (isJson) {
    output.print(JSON.stringify(event))
    return
  }
  output.print(output.paint(styleOf(event.status), renderTailLine(event, width)))
  if (withIds) output.print(output.paint('dim', `         ${event.requestId}`))
}

function styleOf(status: number): 'good' | 'bad' | 'warning' {
  if (status < 400) return 'good'
  return status === 401 || status === 403 ? 'bad' : 'warning'
}
