import type { RequestContext } from './request.ts'

/** More than anybody needs. */
const most = 64

/** The contexts that one with names of keys which differ by case alone may stand for; none where there are too many. */
export function contextReadings(context: RequestContext): readonly RequestContext[] {
  const groups = new Map<string, string[]>()
  for (const key of Object.keys(context)) {
    if (context[key] === undefined) continue
    const name = key.toLowerCase()
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [key])
    else group.push(key)
  }
  let readings: readonly (readonly string[])[] = [[]]
  for (const group of groups.values()) {
    readings = readings.flatMap((reading) => group.map((key) => [...reading, key]))
    if (readings.length > most) return []
  }
  return readings.map((keys) =>
    Object.fromEntries(keys.flatMap((key) => [[key, context[key] ?? []] as const])),
  )
}
