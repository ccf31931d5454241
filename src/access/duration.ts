const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** Seconds that `1h`, `1h30m`, `45m` or `3600` stand for, or undefined. */
export function parseDurationSeconds(written: string | number): number | undefined {
  const text = String(written).trim()
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const parts = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?$/.exec(text)
  if (text === '' || parts === null) return undefined
  return ['h', 'm', 's'].reduce(
    (sum, unit, index) => sum + Number(parts[index + 1] ?? 0) * (unitSeconds[unit] ?? 0),
    0,
  )
}
