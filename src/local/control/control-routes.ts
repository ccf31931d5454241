import type { ExtraRequest, ExtraRoute } from '../http/extra-route.ts'
import type { WireResponse } from '../protocol/wire.ts'
import type { Control } from './control.ts'
import { json, problem, readJson, refuseControl } from './control-guard.ts'
import { describeState } from './describe-state.ts'
import { readFaults, renderFaults } from './fault-settings.ts'
import { tailEvents } from './tail-events.ts'
import { findWhy } from './why.ts'

const prefix = '/_stile/'

/** Everything under `/_stile/` that no other route took: for the holder of the control token alone. */
export function createControlRoute(control: Control, controlToken: string): ExtraRoute {
  return {
    matches: (head, isServerHost) => isServerHost && head.path.startsWith(prefix),
    async answer(request) {
      const refusal = refuseControl(request, controlToken)
      if (refusal !== undefined) return refusal
      const name = request.path.slice(prefix.length)
      const row = Object.hasOwn(rows, name) ? rows[name] : undefined
      if (row === undefined) return problem(404, 'there is nothing here')
      if (request.method !== row.method) return problem(405, `only ${row.method} is answered here`)
      return row.answer(control, request)
    },
  }
}

interface Row {
  readonly method: 'GET' | 'POST'
  readonly answer: (control: Control, request: ExtraRequest) => Promise<WireResponse>
}

const rows: Readonly<Record<string, Row>> = {
  reset: { method: 'POST', answer: answerReset },
  state: { method: 'GET', answer: answerState },
  clock: { method: 'POST', answer: answerClock },
  faults: { method: 'POST', answer: answerFaults },
  credentials: { method: 'GET', answer: answerCredentials },
  events: { method: 'GET', answer: answerEvents },
  why: { method: 'GET', answer: answerWhy },
}

async function answerReset(control: Control): Promise<WireResponse> {
  control.reset()
  return json(200, describeState(control.tools))
}

async function answerState({ tools }: Control): Promise<WireResponse> {
  return json(200, describeState(tools))
}

/** Time is set by `{"now": ISO 8601}` or `{"offsetSeconds": number}`, which counts from the real time. */
async function answerClock({ clock }: Control, request: ExtraRequest): Promise<WireResponse> {
  const offsetMs = readOffset(await readJson(request), clock.nowMs() - clock.offsetMs())
  if (offsetMs === undefined) {
    return problem(400, 'the body has to be `{"offsetSeconds": number}` or `{"now": "ISO 8601"}`')
  }
  clock.setOffsetMs(offsetMs)
  const now = new Date(clock.nowMs()).toISOString()
  return json(200, { offsetSeconds: offsetMs / 1000, now })
}

/** A hundred years either way: further than any credential lives. */
const furthestMs = 100 * 365 * 24 * 3_600_000

function readOffset(value: unknown, realMs: number): number | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) {
    return undefined
  }
  const seconds = 'offsetSeconds' in value ? value.offsetSeconds : undefined
  const now = 'now' in value ? value.now : undefined
  const toTimeMs = typeof now === 'string' ? Date.parse(now) - realMs : Number.NaN
  const offsetMs = typeof seconds === 'number' ? seconds * 1000 : toTimeMs
  return Math.abs(offsetMs) <= furthestMs ? Math.round(offsetMs) : undefined
}

/** `{}` ends them. */
async function answerFaults(control: Control, request: ExtraRequest): Promise<WireResponse> {
  const reading = readFaults(await readJson(request))
  if (!reading.ok) return problem(400, reading.problems.join('; '))
  control.setFaults(reading.settings)
  return json(200, { faults: renderFaults(reading.settings) })
}

async function answerCredentials(control: Control, request: ExtraRequest): Promise<WireResponse> {
  const query = new URLSearchParams(request.query)
  const { accounts } = describeState(control.tools)
  const asked = query.get('account')
  const account = accounts.find(({ id, name }) => asked === null || id === asked || name === asked)
  if (account === undefined) return problem(404, `there is no account \`${asked ?? ''}\``)
  try {
    const user = query.get('user') ?? undefined
    const { accessKeyId, secretAccessKey } = control.credentials(account.id, user)
    return json(200, { accountId: account.id, accessKeyId, secretAccessKey })
  } catch (error) {
    return problem(404, error instanceof Error ? error.message : 'there are no such credentials')
  }
}

const longestWaitMs = 30_000

async function answerEvents(control: Control, request: ExtraRequest): Promise<WireResponse> {
  const { history, stopping } = control
  const query = new URLSearchParams(request.query)
  const after = readCount(query.get('after'), history.count())
  const waitSeconds = readCount(query.get('waitSeconds'), 0)
  if (after === undefined || waitSeconds === undefined) {
    return problem(400, '`after` and `waitSeconds` are whole numbers')
  }
  const waitMs = Math.min(waitSeconds * 1000, longestWaitMs)
  const events = await tailEvents(history, { after, waitMs }, stopping)
  return json(200, { events, last: events.at(-1)?.number ?? after })
}

function readCount(text: string | null, fallback: number): number | undefined {
  if (text === null) return fallback
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

async function answerWhy({ history }: Control, request: ExtraRequest): Promise<WireResponse> {
  const requestId = new URLSearchParams(request.query).get('requestId') ?? undefined
  const why = findWhy(history, requestId)
  if (why !== undefined) return json(200, why)
  if (requestId === undefined) return problem(404, 'no call was denied yet')
  return problem(404, `no call \`${requestId}\` is remembered`)
}
