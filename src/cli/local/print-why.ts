import { type Explanation, type Flip, renderExplanation, renderFlip } from '../../core/index.ts'
import { CliError } from '../cli-error.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { fitLine } from '../fit-line.ts'
import { createOutput, type Output } from '../output.ts'
import { paintLine } from '../paint-plan.ts'
import { requireControl } from './control-client.ts'
import type { LocalRequest } from './local-request.ts'

/** As the control endpoint answers. */
interface Why {
  readonly requestId: string
  readonly atMs: number
  readonly service: string
  readonly operation?: string
  readonly principalArn?: string
  readonly status: number
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly decisions: readonly { readonly explanation: Explanation; readonly flip: Flip }[]
}

/** `stile local why`: the last denial, or the call with this request id, as a tree with the smallest change. */
export async function printWhy({ args, options, context }: LocalRequest): Promise<ExitCode> {
  const output = createOutput(context, options)
  const [requestId] = args
  if (requestId !== undefined && options.last === true) {
    throw new CliError('`--last` and a request id ask for two different calls')
  }
  const control = await requireControl(options, context)
  const query = requestId === undefined ? '' : `?${new URLSearchParams({ requestId })}`
  const why = await control.find<Why>(`why${query}`)
  if (why === undefined) return reportNothing(requestId, output)
  if (options.json === true) output.json({ version: 1, ...why })
  else printCall(why, output, context.stdout.columns || undefined)
  return exitCodes.done
}

function reportNothing(requestId: string | undefined, output: Output): ExitCode {
  if (requestId === undefined) {
    output.print('no call was denied yet')
    return exitCodes.done
  }
  throw new CliError(`no call with the request id \`${requestId}\` is remembered`, {
    exitCode: exitCodes.failed,
    remedy: '`stile local tail --ids` shows them',
  })
}

function printCall(why: Why, output: Output, width: number | undefined): void {
  const call = `${why.service}:${why.operation ?? 'a call that was not read'}`
  const at = new Date(why.atMs).toISOString().slice(11, 19)
  const who = why.principalArn ?? 'nobody known'
  const code = why.errorCode === undefined ? '' : ` ${why.errorCode}`
  output.print(fitLine(`${at} ${call} by ${who}: ${why.status}${code}`, width))
  output.print(output.paint('dim', `request id ${why.requestId}`))
  const decided = why.decisions.at(-1)
  if (decided === undefined) {
    output.print(fitLine('no policy was asked:', width))
    output.print(fitLine(`  ${why.errorMessage ?? 'this call needs no permission'}`, width))
    return
  }
  const [answer = '', ...rest] = renderExplanation(decided.explanation)
  const style = decided.explanation.decision.kind === 'allow' ? 'good' : 'bad'
  output.print(output.paint(style, fitLine(answer, width)))
  for (const line of rest) output.print(paintLine(fitLine(line, width), output))
  for (const line of renderFlip(decided.flip)) output.print(fitLine(line, width))
}
