import { type AccessFile, type Account, type Grant, roleArn } from '../access/index.ts'
import { parseArn } from '../core/index.ts'
import {
  type ConsoleLink,
  type ConsolePartition,
  countHops,
  type RoleHop,
  switchRoleLink,
} from '../session/index.ts'
import type { Environment } from './environment.ts'
import type { SessionTarget } from './session-target.ts'

const partitions: readonly ConsolePartition[] = ['aws', 'aws-cn', 'aws-us-gov']

/** The partition of an ARN, where it has a console. */
export function consolePartition(arn: string): ConsolePartition | undefined {
  const partition = parseArn(arn)?.partition
  return partitions.find((each) => each === partition)
}

/** The switch-role link to what a name stands for, or why the console cannot go there by itself. */
export async function linkToTarget(
  { plan, account }: SessionTarget,
  environment: Environment,
): Promise<ConsoleLink> {
  const hop = plan.hops.at(-1)
  if (hop === undefined) {
    return { kind: 'unavailable', because: `\`${plan.name}\` leads to no role` }
  }
  const isChained = (await countHops(plan, environment)) > 1
  const name = hop.roleArn.slice(hop.roleArn.lastIndexOf('/') + 1)
  const displayName = account === undefined ? plan.name : `${name} @ ${account.name}`
  return linkToHop(hop, { isChained, displayName })
}

/** The switch-role link of a grant in one of its accounts. */
export function linkToGrant(grant: Grant, account: Account): ConsoleLink {
  const { tags, sourceIdentity } = grant.session
  const { externalId } = grant.require
  const hop = {
    roleArn: roleArn(account, grant.to),
    tags,
    ...(externalId === undefined ? {} : { externalId }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity: { kind: 'caller' as const } }),
  }
  const displayName = `${grant.to.role} @ ${account.name}`
  return linkToHop(hop, { isChained: false, displayName })
}

function linkToHop(
  hop: RoleHop,
  { isChained, displayName }: { readonly isChained: boolean; readonly displayName: string },
): ConsoleLink {
  const because = whyNotPlain(hop)
  if (because !== undefined) return { kind: 'unavailable', because }
  const arn = parseArn(hop.roleArn)
  const partition = consolePartition(hop.roleArn)
  if (arn === undefined || partition === undefined) {
    return { kind: 'unavailable', because: 'its partition has no console that Stile knows' }
  }
  return switchRoleLink({
    partition,
    accountId: arn.accountId,
    roleName: arn.resource.replace(/^role\//, ''),
    displayName,
    isChained,
    ...(hop.externalId === undefined ? {} : { externalId: hop.externalId }),
  })
}

/** INVARIANT: who asks for less than the role has, or for tags, does not get the role without them. */
function whyNotPlain({ policy, policyArns, tags, sourceIdentity }: RoleHop): string | undefined {
  if (policy !== undefined || (policyArns ?? []).length > 0) {
    return 'the console cannot give a session policy'
  }
  if (Object.keys(tags ?? {}).length > 0) return 'the console cannot give session tags'
  return sourceIdentity === undefined ? undefined : 'the console cannot set a source identity'
}

/** A grant in one of its accounts, with the link or why there is none. */
export interface ConsoleEntry {
  readonly grant: Grant
  readonly account: Account
  readonly link: ConsoleLink
}

export function consoleEntries({ grants }: AccessFile): readonly ConsoleEntry[] {
  return grants.flatMap((grant) =>
    grant.to.accounts.map((account) => ({ grant, account, link: linkToGrant(grant, account) })),
  )
}
