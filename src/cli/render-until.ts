import { neverMs } from '../session/index.ts'

/** Until when something holds, for a person: as AWS writes it, as the clock on the wall shows it, and how long that is. */
export function renderUntil(expiresAtMs: number, nowMs: number): string {
  if (expiresAtMs >= neverMs) return 'for as long as the key is there'
  const utc = new Date(expiresAtMs).toISOString().replace(/\.\d{3}Z$/, 'Z')
  return `until ${utc} (${localTime(expiresAtMs)} here, ${renderLeft(expiresAtMs - nowMs)})`
}

/** `in 59 min`, `in 1 h 5 min`; `over` where it is. */
export function renderLeft(leftMs: number): string {
  if (leftMs <= 0) return 'over'
  const minutes = Math.floor(leftMs / 60_000)
  if (minutes === 0) return 'in less than a minute'
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return `in ${rest} min`
  return rest === 0 ? `in ${hours} h` : `in ${hours} h ${rest} min`
}

function localTime(timeMs: number): string {
  const time = new Date(timeMs)
  return [time.getHours(), time.getMinutes()].map((n) => String(n).padStart(2, '0')).join(':')
}
