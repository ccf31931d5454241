/** How a server misbehaves on purpose, so that clients can be tried on AWS's bad days. */
export interface FaultSettings {
  /** The share of calls that are throttled, from 0 to 1. */
  readonly throttle: number
  /** The share of the others that fail as a fault of the service does. */
  readonly error: number
  /** Added to every call. */
  readonly latencyMs: number
  /** How long changes of principals and policies take until authorization sees them. */
  readonly propagationMs: number
  /** The same seed and the same calls in the same order meet the same faults. */
  readonly seed: number
}

export const noFaults: FaultSettings = {
  throttle: 0,
  error: 0,
  latencyMs: 0,
  propagationMs: 0,
  seed: 1,
}

export type FaultReading =
  | { readonly ok: true; readonly settings: FaultSettings }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads `throttle=0.1,error=0.02,latency=50ms,propagation=3s,seed=7`; what is left out does not happen. */
export function parseFaults(text: string): FaultReading {
  const pairs = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name.trim(), value.join('=').trim()] as const
    })
  const twice = pairs.find(([name], at) => pairs.findIndex(([other]) => other === name) < at)
  if (twice !== undefined) return { ok: false, problems: [`\`${twice[0]}\` is given twice`] }
  return readFaults(Object.fromEntries(pairs))
}

/** Reads the same as an object: `{"throttle": 0.1, "latency": "50ms"}`. */
export function readFaults(value: unknown): FaultReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problems: ['faults have to be an object'] }
  }
  let settings = noFaults
  const problems: string[] = []
  for (const [name, given] of Object.entries(value)) {
    const row = Object.hasOwn(members, name) ? members[name] : undefined
    const read = row?.read(String(given))
    if (row === undefined) problems.push(`\`${name}\` is no fault: ${names}`)
    else if (read === undefined) problems.push(`\`${name}\` has to be ${row.form}`)
    else settings = { ...settings, [row.member]: read }
  }
  return problems.length === 0 ? { ok: true, settings } : { ok: false, problems }
}

interface Member {
  readonly member: keyof FaultSettings
  readonly form: string
  readonly read: (text: string) => number | undefined
}

const share = { form: 'a share from 0 to 1', read: readShare }
const duration = { form: 'a duration such as `50ms` or `3s`, ten minutes at most', read: readMs }

const members: Readonly<Record<string, Member>> = {
  throttle: { member: 'throttle', ...share },
  error: { member: 'error', ...share },
  latency: { member: 'latencyMs', ...duration },
  propagation: { member: 'propagationMs', ...duration },
  seed: { member: 'seed', form: 'a whole number', read: readSeed },
}

const names = `there are ${Object.keys(members).join(', ')}`

function readShare(text: string): number | undefined {
  const value = /^(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN
  return value >= 0 && value <= 1 ? value : undefined
}

function readMs(text: string): number | undefined {
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  if (number === undefined || (!/[a-z]$/.test(text) && number !== '0')) return undefined
  const ms = Number(number) * { ms: 1, s: 1000, m: 60_000 }[unit as 'ms' | 's' | 'm']
  return ms <= 600_000 ? ms : undefined
}

function readSeed(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** As `parseFaults` reads it; empty where nothing happens. */
export function renderFaults(settings: FaultSettings): string {
  const { throttle, error, latencyMs, propagationMs, seed } = settings
  const parts = [
    ...(throttle > 0 ? [`throttle=${throttle}`] : []),
    ...(error > 0 ? [`error=${error}`] : []),
    ...(latencyMs > 0 ? [`latency=${latencyMs}ms`] : []),
    ...(propagationMs > 0 ? [`propagation=${propagationMs}ms`] : []),
  ]
  return parts.length === 0 ? '' : [...parts, `seed=${seed}`].join(',')
}
