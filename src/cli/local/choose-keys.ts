import type { SessionSettings } from '../../session/index.ts'
import { CliError } from '../cli-error.ts'
import type { OptionValues } from '../command.ts'
import { administratorName } from '../local-accounts.ts'
import type { ControlClient } from './control-client.ts'

interface State {
  readonly accounts: readonly {
    readonly id: string
    readonly name: string
    readonly userNames: readonly string[]
  }[]
}

interface Keys {
  readonly accountId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/**
 * Endpoint and keys of whom `--account` with `--user` or `--root` name. Unasked it is the administrator of the first
 * account, else its first user, else its root user.
 */
export async function chooseKeys(
  control: ControlClient,
  options: OptionValues,
): Promise<SessionSettings> {
  const { accounts } = await control.call<State>('state')
  const account = chooseAccount(accounts, options.account)
  const userName = chooseUser(account.userNames, options)
  const query = new URLSearchParams({
    account: account.id,
    ...(userName === undefined ? {} : { user: userName }),
  })
  const { accessKeyId, secretAccessKey } = await control.call<Keys>(`credentials?${query}`)
  const { url, region } = control.running
  return {
    credentials: { accessKeyId, secretAccessKey },
    region: typeof options.region === 'string' ? options.region : region,
    endpointUrl: url,
  }
}

function chooseAccount(accounts: State['accounts'], asked: unknown): State['accounts'][number] {
  // The option takes a list where it opens accounts.
  const [name] = Array.isArray(asked) ? asked : [asked]
  const found = accounts.find((each) => name === undefined || [each.id, each.name].includes(name))
  if (found !== undefined) return found
  throw new CliError(`the embedded AWS has no account \`${name}\``, {
    remedy: `there are ${accounts.map((each) => each.name).join(', ')}`,
  })
}

function chooseUser(names: readonly string[], { user, root }: OptionValues): string | undefined {
  if (root === true && user !== undefined) {
    throw new CliError('`--user` and `--root` are two different people')
  }
  if (root === true) return undefined
  if (user === undefined) return names.includes(administratorName) ? administratorName : names[0]
  if (names.includes(String(user))) return String(user)
  throw new CliError(`the account has no user \`${user}\``, {
    remedy: names.length === 0 ? 'it has none: try --root' : `there are ${names.join(', ')}`,
  })
}
