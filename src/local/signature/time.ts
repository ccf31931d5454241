/** The instant of `20260101T000000Z`, in milliseconds, or undefined. */
export function parseBasicTime(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number)
  const atMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second)
  // Date.UTC carries over: the 31st of June would be the 1st of July.
  return renderBasicTime(atMs) === text ? atMs : undefined
}

/** `20260101T000000Z`. */
export function renderBasicTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}
