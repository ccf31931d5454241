import type { Expiry } from './access-file.ts'

const dayMs = 86_400_000

/** The end of the day `2027-06-30` in UTC, or undefined where there is no such day. */
export function parseExpiry(on: string): Expiry | undefined {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(on)) return undefined
  const startMs = Date.parse(`${on}T00:00:00Z`)
  // 2027-02-30 is no date, though some readers roll it over to March.
  if (Number.isNaN(startMs) || !new Date(startMs).toISOString().startsWith(on)) return undefined
  const endsAt = new Date(startMs + dayMs).toISOString()
  return /^[0-9]{4}-/.test(endsAt) ? { on, endsAt: endsAt.replace('.000Z', 'Z') } : undefined
}
