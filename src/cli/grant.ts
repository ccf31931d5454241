import { type AccessFile, type Account, type Grant, roleArn } from '../access/index.ts'
import { nearestName } from '../core/index.ts'
import { CliError } from './cli-error.ts'

/** The grant of that name; else a usage error that names the nearest. */
export function requireGrant(access: AccessFile, name: string): Grant {
  const grant = access.grants.find((each) => each.name === name)
  if (grant !== undefined) return grant
  const names = access.grants.map((each) => each.name)
  const near = nearestName(name, names)
  throw new CliError(`no grant is called \`${name}\``, {
    remedy: near === undefined ? `there are: ${names.join(', ')}` : `did you mean \`${near}\`?`,
  })
}

/** The ARN of the grant's role in one of its accounts. */
export function grantRoleArn(grant: Grant, account: Account | undefined): string {
  const to = account ?? grant.to.accounts[0]
  if (to === undefined) throw new Error(`bug: grant ${grant.name} has no account`)
  return roleArn(to, grant.to)
}
