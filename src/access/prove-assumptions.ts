import type { AccessFile, Expectation } from './access-file.ts'
import type { Problem } from './problem.ts'
import { ownerOf } from './prove-ability.ts'
import { grantByName } from './prove-lookups.ts'
import type { ProofWorld } from './prove-world.ts'

/** What the proofs rest on and the file cannot know. One of each kind, at the first place that needs it. */
export function assumptionsOf(world: ProofWorld): readonly Problem[] {
  const { access } = world
  const [first] = access.expectations
  if (first === undefined) return []
  return [
    assumption(first, {
      code: 'policies-not-read',
      message:
        'bucket policies, key policies, SCPs and RCPs are not in the file: expectations take them to add nothing and to deny nothing',
    }),
    ...foreignResources(world),
    ...otherPolicies(access),
    ...unknownBoundaries(world, first),
  ]
}

function foreignResources(world: ProofWorld): readonly Problem[] {
  const found = world.access.expectations.find(({ kind, subject, resource }) => {
    const owner = ownerOf(resource)
    if (kind !== 'can' || subject.kind !== 'grant' || owner === undefined) return false
    const grant = grantByName(world, subject.grant)
    return grant !== undefined && !grant.to.accounts.some(({ id }) => id === owner)
  })
  if (found === undefined) return []
  return [
    assumption(found, {
      code: 'foreign-resource-policy',
      message: `\`${found.resource}\` belongs to another account than the role: its own policy is taken to admit the role`,
    }),
  ]
}

function otherPolicies({ expectations }: AccessFile): readonly Problem[] {
  const found = expectations.find(({ subject }) => subject.kind === 'principal')
  if (found?.subject.kind !== 'principal') return []
  const { account, principal } = found.subject
  return [
    assumption(found, {
      code: 'other-policies-unknown',
      message: `what \`${principal.kind}/${principal.name}\` may do in \`${account.name}\` besides is not in the file: only what the file gives it was tried`,
    }),
  ]
}

function unknownBoundaries({ roles }: ProofWorld, first: Expectation): readonly Problem[] {
  const role = roles.find(({ unknownBoundary }) => unknownBoundary !== undefined)
  if (role === undefined) return []
  return [
    assumption(first, {
      code: 'boundary-unknown',
      message: `what the permissions boundary \`${role.unknownBoundary ?? ''}\` allows is not in the file: it is taken to limit nothing`,
    }),
  ]
}

function assumption(
  { position }: Expectation,
  { code, message }: Pick<Problem, 'code' | 'message'>,
): Problem {
  return { severity: 'assumption', code, path: 'expect', position, message }
}
