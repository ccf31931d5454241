import { nearestManagedPolicy } from '../catalog/index.ts'
import type { AccessFile, Account, Grant } from './access-file.ts'
import type { ManagedPolicyReference } from './permission-managed.ts'
import { resolveBoundary, resolveManagedPolicy } from './permission-managed.ts'
import type { Position } from './position.ts'
import type { Problem } from './problem.ts'

/** What is wrong with single grants so that no document can be made of them. */
export function grantProblems(access: AccessFile): readonly Problem[] {
  return access.grants.flatMap((grant) => [
    ...managedPolicyProblems(grant),
    ...boundaryProblems(grant),
  ])
}

function managedPolicyProblems(grant: Grant): readonly Problem[] {
  return grant.allow.flatMap((permission, index) => {
    if (permission.kind !== 'managed') return []
    const place = {
      path: `grants.${grant.name}.allow[${index}].policy`,
      position: permission.position,
    }
    return referenceProblems(grant, {
      ...place,
      text: permission.policy,
      resolve: (account) => resolveManagedPolicy(permission.policy, account),
    })
  })
}

function boundaryProblems(grant: Grant): readonly Problem[] {
  const { boundary } = grant.to
  if (boundary === undefined) return []
  return referenceProblems(grant, {
    path: `grants.${grant.name}.to.boundary`,
    position: grant.position,
    text: boundary,
    resolve: (account) => resolveBoundary(boundary, account),
  })
}

interface Reference {
  readonly path: string
  readonly position: Position
  readonly text: string
  readonly resolve: (account: Account) => ManagedPolicyReference
}

function referenceProblems(grant: Grant, reference: Reference): readonly Problem[] {
  const { path, position, text } = reference
  const found = grant.to.accounts.map((account) => ({
    account,
    kind: reference.resolve(account).kind,
  }))
  if (found.some(({ kind }) => kind === 'unknown')) {
    const code = 'unknown-managed-policy'
    return [{ severity: 'error', code, path, position, ...unknownPolicy(text) }]
  }
  return found
    .filter(({ kind }) => kind === 'foreign')
    .map(({ account }) => ({
      severity: 'error',
      code: 'foreign-policy',
      path,
      position,
      ...foreignPolicy(text, account),
    }))
}

type Words = Pick<Problem, 'message' | 'remedy'>

function unknownPolicy(text: string): Words {
  const nearest = nearestManagedPolicy(text)
  const hint = nearest === undefined ? '' : `; did you mean \`${nearest}\`?`
  return {
    message: `AWS has no managed policy \`${text}\`${hint}`,
    remedy: `name a policy of your own as \`customer/${text.replace(/^.*\//, '')}\``,
  }
}

function foreignPolicy(text: string, account: Account): Words {
  return {
    message: `policy \`${text}\` belongs to another account than \`${account.name}\` (${account.id}): a role takes only policies of its own account`,
    remedy: 'write `customer/NAME`, which means the policy of that name in each account',
  }
}

/** Grants that share a managed caller policy would each hand their permission to the other's callers. */
export function sharedPolicyProblems(access: AccessFile): readonly Problem[] {
  const owners = new Map<string, Grant>()
  return access.grants.flatMap((grant): readonly Problem[] => {
    if (grant.from.kind !== 'account' || grant.from.policy.kind !== 'managed') return []
    const { account, policy } = grant.from
    const key = `${account.id}/${policy.name.toLowerCase()}`
    const owner = owners.get(key)
    if (owner === undefined) owners.set(key, grant)
    if (owner === undefined || callersOf(owner) === callersOf(grant)) return []
    return [
      {
        severity: 'error',
        code: 'shared-caller-policy',
        path: `grants.${grant.name}.from.policy.name`,
        position: grant.position,
        message: `managed policy \`${policy.name}\` in \`${account.name}\` already belongs to grant \`${owner.name}\`, which has other principals: each would gain what the other may do`,
        remedy: 'give the two policies different names, or the two grants the same principals',
      },
    ]
  })
}

function callersOf(grant: Grant): string {
  if (grant.from.kind !== 'account') return ''
  const names = grant.from.principals.map(({ kind, path, name }) => `${kind}${path}${name}`)
  return names.sort().join(' ')
}

/** One problem for all the accounts of a grant that have it. */
export function distinctMessages(problems: readonly Problem[]): readonly Problem[] {
  const byText = new Map(
    problems.map((problem) => [`${problem.path}\n${problem.message}`, problem]),
  )
  return [...byText.values()]
}
