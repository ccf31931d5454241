import type { LocalAwsOptions, Seed } from '../../local/index.ts'
import { CliError } from '../cli-error.ts'
import type { CommandContext, OptionValues } from '../command.ts'
import { type NamedAccount, seedOf } from '../local-accounts.ts'

export const defaultPort = '4566'

/** What a command line says of the embedded AWS that it starts. */
export interface StartOptions {
  readonly aws: LocalAwsOptions
  readonly accounts: readonly NamedAccount[]
  readonly region: string
}

/** Reads the options that start an embedded AWS. Files and libraries that they do not need are not read. */
export async function readStartOptions(
  options: OptionValues,
  context: CommandContext,
): Promise<StartOptions> {
  const { accounts, seed } = await chooseSeed(options, context)
  return {
    accounts,
    region: String(options.region ?? 'eu-west-1'),
    aws: { port: portOf(options), seed, ...dataOf(options), ...(await faultsOf(options)) },
  }
}

interface Chosen {
  readonly accounts: readonly NamedAccount[]
  readonly seed: Seed
}

const twoAccounts: readonly NamedAccount[] = [
  { id: '111111111111', name: 'first' },
  { id: '222222222222', name: 'second' },
]

async function chooseSeed(
  { access, account, seed }: OptionValues,
  context: CommandContext,
): Promise<Chosen> {
  const given = [access, account, seed].filter((one) => one !== undefined)
  if (given.length > 1) {
    throw new CliError('`--access`, `--account` and `--seed` each say which accounts there are')
  }
  if (Array.isArray(account)) return chosen(account.map(String).map(parseNamedAccount))
  if (seed !== undefined) {
    // Loaded here, as below: reading files with positions takes longer than all the rest of the start.
    const { loadSeedFile } = await import('./seed-file.ts')
    const loaded = await loadSeedFile(String(seed))
    return { seed: loaded, accounts: loaded.accounts.map(({ id, name = id }) => ({ id, name })) }
  }
  if (access === undefined) return chosen(twoAccounts)
  const [{ requireAccess }, { seedOfAccess }] = await Promise.all([
    import('../load-access.ts'),
    import('./seed-of-access.ts'),
  ])
  const file = await requireAccess({ file: access }, context)
  return { accounts: file.accounts, seed: seedOfAccess(file) }
}

function chosen(accounts: readonly NamedAccount[]): Chosen {
  return { accounts, seed: seedOf(accounts) }
}

function parseNamedAccount(text: string): NamedAccount {
  const [, name = '', id = ''] = /^(?:([\w.-]+)=)?(\d{12})$/.exec(text) ?? []
  if (id !== '') return { id, name: name === '' ? id : name }
  throw new CliError(`--account \`${text}\`: write it as NAME=ID, with an id of twelve digits`)
}

function portOf(options: OptionValues): number {
  const port = Number(options.port ?? defaultPort)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new CliError(`--port \`${options.port}\` is no port`)
}

function dataOf({
  data,
  sync,
}: OptionValues): Pick<LocalAwsOptions, 'dataDirectory' | 'dataOutlives'> {
  if (data !== undefined)
    return { dataDirectory: String(data), dataOutlives: sync === true ? 'machine' : 'process' }
  if (sync === undefined) return {}
  throw new CliError('--sync: without --data there is nothing to wait for')
}

async function faultsOf({ faults }: OptionValues): Promise<Pick<LocalAwsOptions, 'faults'>> {
  if (faults === undefined) return {}
  const { parseFaults } = await import('../../local/index.ts')
  const reading = parseFaults(String(faults))
  if (reading.ok) return { faults: reading.settings }
  throw new CliError(`--faults: ${reading.problems.join('; ')}`)
}
