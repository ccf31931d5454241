import type { Account, Grant } from '../access/index.ts'
import { CliError } from './cli-error.ts'
import type { OptionRow, OptionValues } from './command.ts'

export const accountOption: OptionRow = {
  flags: '--account <name>',
  summary: 'account to enter, where the grant reaches several',
}

/** The account that `--account` names, by name or id, or the only one that the grant reaches. */
export function chooseAccount(grant: Grant, options: OptionValues): Account {
  const { accounts } = grant.to
  const names = accounts.map((account) => account.name).join(', ')
  if (options.account !== undefined) {
    const chosen = accounts.find(({ name, id }) =>
      [name, id as string].includes(String(options.account)),
    )
    if (chosen !== undefined) return chosen
    throw new CliError(`grant \`${grant.name}\` does not reach an account \`${options.account}\``, {
      remedy: `it reaches ${names}`,
    })
  }
  const [only, ...others] = accounts
  if (only !== undefined && others.length === 0) return only
  throw new CliError(`grant \`${grant.name}\` reaches several accounts`, {
    remedy: `choose one with --account: ${names}`,
  })
}

/** The grant that was named, or the only one of the file. */
export function chooseGrantName(name: string | undefined, grants: readonly Grant[]): string {
  if (name !== undefined) return name
  const [only, ...others] = grants
  if (only !== undefined && others.length === 0) return only.name
  throw new CliError('name a grant', {
    remedy: `the access file has: ${grants.map((grant) => grant.name).join(', ')}`,
  })
}
