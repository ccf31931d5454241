import type { ReferenceScenario } from './document.ts'

/** The scenario with everything left out that `fails` does not need. */
export function minimize(
  scenario: ReferenceScenario,
  fails: (scenario: ReferenceScenario) => boolean,
): ReferenceScenario {
  let least = scenario
  for (let smaller = next(least, fails); smaller !== undefined; smaller = next(least, fails)) {
    least = smaller
  }
  return least
}

function next(
  scenario: ReferenceScenario,
  fails: (scenario: ReferenceScenario) => boolean,
): ReferenceScenario | undefined {
  return [...lessOf(scenario)].find((each) => {
    try {
      return fails(each)
    } catch {
      // What is no scenario any more shows nothing.
      return false
    }
  })
}

/** Every scenario with one thing less, largest things first. */
function* lessOf(scenario: ReferenceScenario): Generator<ReferenceScenario> {
  const { request, policies } = scenario
  if (scenario.managementAccount !== undefined) yield { request, policies }
  for (const less of lessOfValue(policies)) {
    yield { ...scenario, policies: less as ReferenceScenario['policies'] }
  }
  for (const less of lessOfValue(request.context)) {
    const context = less as ReferenceScenario['request']['context']
    yield { ...scenario, request: { ...request, context } }
  }
}

const optional = new Set(['boundary', 'session', 'resource', 'vpce'])

/** The elements that a statement of nothing else needs: only conditions and what holds them may go. */
const needed = new Set([
  'Effect',
  'Action',
  'Resource',
  'Principal',
  'Statement',
  'identity',
  'scp',
  'rcp',
])

function* lessOfValue(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [i, each] of value.entries()) {
      yield value.toSpliced(i, 1)
      for (const less of lessOfValue(each)) yield value.with(i, less)
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      const { [key]: _, ...rest } = value as Record<string, unknown>
      if (optional.has(key) && each !== null) yield { ...rest, [key]: null }
      else if (!needed.has(key) && !optional.has(key)) yield rest
      for (const less of lessOfValue(each)) yield { ...value, [key]: less }
    }
  }
}
