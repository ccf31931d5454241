import { type ExitCode, exitCodes } from '../exit-code.ts'
import { createOutput, type Output } from '../output.ts'
import { type ControlClient, requireControl } from './control-client.ts'
import type { LocalRequest } from './local-request.ts'

/** As the control endpoint answers. */
interface TailEvent {
  readonly number: number
  readonly requestId: string
  readonly atMs: number
  readonly service: string
  readonly operation?: string
  readonly principalArn?: string
  readonly resource?: string
  readonly status: number
  readonly errorCode?: string
  readonly reason?: string
}

interface Page {
  readonly events: readonly TailEvent[]
  readonly last: number
}

/** `stile local tail`: every call as it comes, until it is interrupted or the server ends. */
export async function followCalls({ options, context }: LocalRequest): Promise<ExitCode> {
  const output = createOutput(context, options)
  const control = await requireControl(options, context)
  output.say(`calls of ${control.running.url}; Ctrl-C ends this`)
  const shown = { withIds: options.ids === true, width: context.stdout.columns }
  let after = options.last === true ? 0 : undefined
  while (!context.interrupted.aborted) {
    const page = await nextPage(control, after, context.interrupted)
    if (page === undefined) return exitCodes.done
    after = page.last
    for (const event of page.events) printEvent(event, { ...shown, output, isJson: options.json })
  }
  return exitCodes.done
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
  readonly isJson: unknown
}

function printEvent(event: TailEvent, { output, withIds, width, isJson }: Shown): void {
  if (isJson === true) {
    output.print(JSON.stringify(event))
    return
  }
  const line = renderTailLine(event)
  output.print(output.paint(styleOf(event.status), cut(line, width)))
  if (withIds) output.print(output.paint('dim', `         ${event.requestId}`))
}

function styleOf(status: number): 'good' | 'bad' | 'warning' {
  if (status < 400) return 'good'
  return status === 401 || status === 403 ? 'bad' : 'warning'
}

/** Time, status, who, what, on what, and why not. */
export function renderTailLine(event: TailEvent): string {
  const time = new Date(event.atMs).toISOString().slice(11, 19)
  const call = `${event.service}:${event.operation ?? '?'}`
  const parts = [time, String(event.status), shortPrincipal(event.principalArn), call]
  if (event.resource !== undefined && event.resource !== '*') parts.push(shortArn(event.resource))
  const reason = [event.errorCode, event.reason].filter((part) => part !== undefined).join(': ')
  return reason === '' ? parts.join(' ') : `${parts.join(' ')}  ${reason}`
}

/** `111111111111:user/ana`: the account and the name are what one looks for. */
function shortPrincipal(arn: string | undefined): string {
  if (arn === undefined) return 'anonymous'
  const [, , , , account = '', resource = ''] = arn.split(':')
  return `${account}:${resource}`
}

function shortArn(arn: string): string {
  const [, , , , account = '', ...resource] = arn.split(':')
  return account === '' ? resource.join(':') : `${account}:${resource.join(':')}`
}

/** One line stays one line: what does not fit a terminal is cut. */
function cut(line: string, width: number | undefined): string {
  const flat = line.replace(/\p{Cc}/gu, ' ')
  return width === undefined || flat.length <= width ? flat : `${flat.slice(0, width - 1)}…`
}
