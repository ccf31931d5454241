import type { RequestContext } from '../core/index.ts'

/** More than anybody needs; what asks for more is refused. */
const most = 64

/**
 * The contexts that a context with keys of one name may stand for. Names of condition keys have no case, the keys of tags
 * on objects and repositories do: of `env=prod` and `Env=dev` AWS does not say which one a policy sees, so whatever is
 * allowed has to be allowed by each. Undefined where there are too many.
 */
export function readingsOf(context: RequestContext): readonly RequestContext[] | undefined {
  const groups = new Map<string, string[]>()
  for (const key in context) {
    if (!key.includes('/')) continue
    const name = key.toLowerCase()
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [key])
    else group.push(key)
  }
  let readings: readonly RequestContext[] = [context]
  for (const group of groups.values()) {
    if (group.length < 2) continue
    readings = readings.flatMap((reading) => group.map((key) => withOnly(reading, key, group)))
    if (readings.length > most) return undefined
  }
  return readings
}

function withOnly(context: RequestContext, key: string, group: readonly string[]): RequestContext {
  return Object.fromEntries(
    Object.entries(context).filter(([one]) => one === key || !group.includes(one)),
  )
}
