import type { Expectation } from './access-file.ts'
import type { Proof } from './proof.ts'
import { expectationOfGrant } from './prove-grant-expectation.ts'
import { expectationOfPrincipal } from './prove-principal-expectation.ts'
import type { ProofWorld } from './prove-world.ts'

/** Holds every expectation against what the file's documents allow. One proof each, in the file's order. */
export function proveExpectations(world: ProofWorld): readonly Proof[] {
  return world.access.expectations.map((expectation) => {
    const { subject } = expectation
    const outcome =
      subject.kind === 'grant'
        ? expectationOfGrant(world, expectation, subject.grant)
        : expectationOfPrincipal(world, expectation, subject)
    return {
      grant: subjectName(expectation),
      about: 'expectation',
      title: `${subjectName(expectation)} ${expectation.kind} ${expectation.action} on ${expectation.resource}`,
      position: expectation.position,
      ...outcome,
    }
  })
}

function subjectName({ subject }: Expectation): string {
  if (subject.kind === 'grant') return subject.grant
  const { kind, path, name } = subject.principal
  return `${subject.account.name}:${kind}${path}${name}`
}
