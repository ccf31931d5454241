import {
  type AssumerSet,
  type Assumers,
  type EstateIndex,
  matchGlob,
  type RequestContext,
  whoAssumes,
} from '../core/index.ts'

/** Whether it asks for the callers of many roles at once: no role's name holds a wildcard. */
export function isAboutRoles(action: string, resource: string): boolean {
  return (
    /^sts:assumerole$/i.test(action) &&
    /^arn:[^:]*:iam::[^:]*:role\/[^:]*$/.test(resource) &&
    /[*?]/.test(resource)
  )
}

/** Everybody who may assume each of the roles that the pattern takes in; roles of nobody are left out. */
export function* findAssumers(
  index: EstateIndex,
  pattern: string,
  context: RequestContext,
): Generator<Assumers> {
  const roles = index.estate.principals.filter(
    ({ arn, trust }) => trust !== null && matchGlob(pattern, arn),
  )
  for (const found of whoAssumes(index, roles, context)) if (found.sets.length > 0) yield found
}

/** As printed with `--json`: of sets over many accounts not each member, but what they have in common. */
export function describeAssumers({ role, sets }: Assumers): object {
  return {
    role: role.arn,
    whoCan: sets.map(({ kind, who, account, size, members, provisos, certainty }) => ({
      kind,
      who,
      account,
      size,
      ...(members.kind === 'listed' ? { members: members.principals.map(({ arn }) => arn) } : {}),
      ...(members.kind === 'cohort' ? { policies: policiesOf(members) } : {}),
      provisos,
      certainty,
    })),
  }
}

/** Whom a set of several holds, in words. */
export function renderSet({ size, who, account, members }: AssumerSet): string {
  if (members.kind !== 'cohort') return `${size} of ${account} under the same policies, as ${who}`
  const policies = policiesOf(members).join(', ')
  return `${size} of any account under the same policies (${policies}), as ${who}`
}

function policiesOf({
  cohort,
}: Extract<AssumerSet['members'], { kind: 'cohort' }>): readonly string[] {
  return cohort.sample.identity.map(({ label }) => label)
}
