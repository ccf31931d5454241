import type { CompiledPolicy, Statement } from '../core/index.ts'
import type { AskedPattern } from './prove-pattern.ts'
import { mayMeet, withoutVariables } from './prove-pattern.ts'
import type { ProofWorld } from './prove-world.ts'
import { groupBy, keeper, ofWorld } from './world-facts.ts'

/**
 * The identity-based policies of the file with a statement that may allow what is asked about, conditions aside. Errs
 * on the side of too many.
 */
export function possiblePolicies(
  world: ProofWorld,
  asked: AskedPattern,
): ReadonlySet<CompiledPolicy> {
  const { action, resource } = asked
  return answers(world).keep(`${action}\n${resource}`, () => {
    const found = new Set<CompiledPolicy>()
    for (const { policy, statement } of allowsFor(allowsByStart(world), resource)) {
      if (!found.has(policy) && mayMeet(statement, { action, resource })) found.add(policy)
    }
    return found
  })
}

/** Whether a policy is one of the file's, so that `possiblePolicies` speaks of it. */
export function isOfFile(world: ProofWorld, policy: CompiledPolicy): boolean {
  return policiesOfFile(world).has(policy)
}

const answers = ofWorld(() => keeper<ReadonlySet<CompiledPolicy>>(1024))

const policiesOfFile = ofWorld(
  ({ roles, callerPolicies }): ReadonlySet<CompiledPolicy> =>
    new Set([
      ...roles.flatMap(({ permissions }) => permissions),
      ...callerPolicies.map(({ compiled }) => compiled),
    ]),
)

interface Allow {
  readonly policy: CompiledPolicy
  readonly statement: Statement
}

interface AllowsByStart {
  /** By what stands before the first wildcard or variable of a resource. */
  readonly groups: ReadonlyMap<string, readonly Allow[]>
  readonly starts: readonly string[]
  readonly lengths: readonly number[]
}

const allowsByStart = ofWorld((world): AllowsByStart => {
  const allows = [...policiesOfFile(world)].flatMap((policy) =>
    policy.policy.statements
      .filter(({ effect }) => effect === 'Allow')
      .map((statement) => ({ policy, statement })),
  )
  const groups = groupBy(allows, ({ statement }) => startsOf(statement))
  const starts = [...groups.keys()].sort()
  const lengths = [...new Set(starts.map(({ length }) => length))]
  return { groups, starts, lengths }
})

function startsOf({ resource }: Statement): readonly string[] {
  if (resource === undefined || resource.negated) return ['']
  return resource.patterns.map((pattern) => startOf(withoutVariables(pattern)))
}

function startOf(pattern: string): string {
  return /^[^*?]*/.exec(pattern)?.[0] ?? ''
}

/** Two patterns share a text only if the start of one begins with that of the other. */
function* allowsFor({ groups, starts, lengths }: AllowsByStart, resource: string) {
  const start = startOf(resource)
  for (const length of lengths) {
    if (length <= start.length) yield* groups.get(start.slice(0, length)) ?? []
  }
  if (start === resource) return
  for (let i = firstFrom(starts, start); starts[i]?.startsWith(start) === true; i += 1) {
    const longer = starts[i] ?? ''
    if (longer !== start) yield* groups.get(longer) ?? []
  }
}

/** The place of the first text that does not come before `text`. */
function firstFrom(sorted: readonly string[], text: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}
