const day = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/
const moment =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/**
 * Milliseconds since 1970 of a date as policies and requests write it: a W3C form of ISO 8601, or epoch seconds.
 * Undefined for anything else, and for dates that no calendar has. Four digits are a year.
 * @see https://www.w3.org/TR/NOTE-datetime
 */
export function parseDate(text: string): number | undefined {
  const whole = day.exec(text)
  if (whole !== null) return dayMs(whole[1], whole[2], whole[3])
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const parts = moment.exec(text)
  if (parts === null) return undefined
  const [, year, month, date, hours, minutes, seconds, fraction, zone] = parts
  const start = dayMs(year, month, date)
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds ?? 0)]
  if (start === undefined || h > 23 || m > 59 || s > 59) return undefined
  const zoneMinutes = parseZone(zone ?? 'Z')
  if (zoneMinutes === undefined) return undefined
  const inDay = ((h * 60 + m - zoneMinutes) * 60 + s) * 1000
  return start + inDay + Math.trunc(Number(fraction ?? 0) * 1000)
}

function dayMs(year?: string, month = '01', date = '01'): number | undefined {
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(date))
  const made = new Date(ms)
  const isReal = made.getUTCMonth() === Number(month) - 1 && made.getUTCDate() === Number(date)
  return isReal ? ms : undefined
}

function parseZone(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
