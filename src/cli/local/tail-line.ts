/** One call, as the control endpoint tells of it. */
export interface TailEvent {
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

/**
 * Time, status, who, what, on what, and why not, in one line. Where a terminal is too narrow for all of it, why not comes
 * first, and the resource has what is left.
 */
export function renderTailLine(event: TailEvent, width = Number.POSITIVE_INFINITY): string {
  const time = new Date(event.atMs).toISOString().slice(11, 19)
  const call = `${event.service}:${event.operation ?? '?'}`
  const head = flat([time, event.status, shortPrincipal(event.principalArn), call].join(' '))
  const { resource = '*', errorCode, reason } = event
  const place = resource === '*' ? '' : flat(` ${shortArn(resource)}`)
  const told = flat([errorCode, reason].filter((part) => part !== undefined).join(': '))
  const why = told === '' ? '' : `  ${told}`
  if (head.length + place.length + why.length <= width) return head + place + why
  if (why === '') return cut(head + place, width)
  // That it was denied says the status.
  const brief = event.status === 403 && reason !== undefined ? `  ${flat(reason)}` : why
  const left = width - head.length - brief.length
  return cut(head + (left >= leastPlace ? cut(place, left) : '') + brief, width)
}

/** Columns below which a resource tells nothing. */
const leastPlace = 10

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

/** One line stays one line, and no key of an object steers the terminal. */
function flat(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
