/** The instant of `20260101T000000Z`, in milliseconds, or undefined. */
export function parseBasicTime(text: string): number | undefined {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined
  const digits = Number(text.slice(0, 8))
  const clock = Number(text.slice(9, 15))
  const [year, month, day] = [
    Math.floor(digits / 10_000),
    Math.floor(digits / 100) % 100,
    digits % 100,
  ]
  const [hour, minute, second] = [
    Math.floor(clock / 10_000),
    Math.floor(clock / 100) % 100,
    clock % 100,
  ]
  // Date.UTC carries over, the 31st of June being the 1st of July, and takes the year 99 for 1999.
  const isClock = hour < 24 && minute < 60 && second < 60
  if (!isClock || month < 1 || month > 12 || year < 100 || day < 1) return undefined
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** `20260101T000000Z`. */
export function renderBasicTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}
