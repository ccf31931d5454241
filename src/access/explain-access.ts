import { findManagedPolicy } from '../catalog/index.ts'
import type { Explanation, Flip } from '../core/index.ts'
import { explain, flip } from '../core/index.ts'
import type { AccessFile, Expectation, GrantPrincipal } from './access-file.ts'
import { compileAccess } from './compile-access.ts'
import type { Problem } from './problem.ts'
import { type Actor, questionOf } from './prove-ability.ts'
import { ownCaller } from './prove-callers.ts'
import { sessionOf } from './prove-reach.ts'
import { buildProofWorld, type ProofWorld } from './prove-world.ts'

/** May somebody do something, once the file is applied? */
export interface AccessQuestion {
  /** A grant's name, or `ACCOUNT:role/NAME` and `ACCOUNT:user/NAME` with an account of the file. */
  readonly subject: string
  readonly action: string
  /** An ARN, `*`, or the name of a role that the file declares. */
  readonly resource: string
  /** For a grant that reaches several accounts: the one whose role is meant, by name. */
  readonly account?: string
  readonly context: Expectation['when']
  readonly nowMs: number
}

export type AccessAnswer =
  | { readonly kind: 'explained'; readonly explanation: Explanation; readonly flip: Flip }
  | { readonly kind: 'unknownSubject'; readonly known: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

/**
 * Decides one request with the documents that the file compiles to, and keeps the whole trace. Policies that the file
 * does not hold, such as a bucket's, are taken not to stand in the way.
 */
export function explainAccess(access: AccessFile, question: AccessQuestion): AccessAnswer {
  const compiled = compileAccess(access)
  if (!compiled.ok) return { kind: 'problems', problems: compiled.problems }
  const world = buildProofWorld(access, compiled.compilation, question.nowMs)
  const actor = findActor(world, question)
  if (actor === undefined) return { kind: 'unknownSubject', known: knownSubjects(access) }
  const { request, layers } = questionOf(world, actor, {
    action: question.action,
    resource: resourceArn(world, question.resource),
    when: question.context,
  })
  // What AWS maintains, and the stand-in for a resource's policy that the file does not hold.
  const standIn = layers.resource?.policy.type === 'resource' ? layers.resource.label : undefined
  const isFixed = (label: string): boolean =>
    label === standIn || findManagedPolicy(label) !== undefined
  return {
    kind: 'explained',
    explanation: explain(request, layers),
    flip: flip(request, layers, { isFixed }),
  }
}

function findActor(world: ProofWorld, question: AccessQuestion): Actor | undefined {
  const grant = world.access.grants.find(({ name }) => name === question.subject)
  if (grant === undefined) return findPrincipal(world, question.subject)
  const to = grant.to.accounts.find(({ name }) => name === question.account) ?? grant.to.accounts[0]
  const role = world.roles.find(
    ({ desired }) => desired.account.id === to?.id && desired.grants.includes(grant),
  )
  if (role === undefined) return undefined
  return sessionOf(world, { role, grant, route: [grant.name] })
}

function findPrincipal(world: ProofWorld, subject: string): Actor | undefined {
  const parsed = /^([^:]+):(role|user)\/(.+\/)?([^/]+)$/.exec(subject)
  const account = world.access.accounts.find(({ name, id }) =>
    [name, id].includes(parsed?.[1] ?? ''),
  )
  if (parsed === null || account === undefined) return undefined
  const principal: GrantPrincipal = {
    kind: parsed[2] === 'user' ? 'user' : 'role',
    path: `/${parsed[3] ?? ''}`,
    name: parsed[4] ?? '',
    position: account.position,
  }
  return { caller: ownCaller(world, account, principal) }
}

function knownSubjects(access: AccessFile): readonly string[] {
  return [
    ...access.grants.map(({ name }) => name),
    ...access.accounts.map(({ name }) => `${name}:role/NAME`),
  ]
}

function resourceArn(world: ProofWorld, resource: string): string {
  const declared = world.roles.find(({ desired }) => desired.name === resource)
  return declared?.desired.arn ?? resource
}
