/** The instant of `20260101T000000Z`, in milliseconds, or undefined. */
export function parseBasicTime(text: string): number | undefined {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined
  const month = Number(text.slice(4, 6))
  const day = Number(text.slice(6, 8))
  const year = Number(text.slice(0, 4))
  const hour = Number(text.slice(9, 11))
  const minute = Number(text.slice(11, 13))
  const second = Number(text.slice(13, 15))
  // Date.UTC carries over, the 31st of June being the 1st of July, and takes the year 99 for 1999.
  const isClock = hour < 24 && minute < 60 && second < 60
  if (!isClock || month < 1 || month > 12 || year < 100) return undefined
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** `20260101T000000Z`. */
export function renderBasicTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}
