import { once } from 'node:events'
import { type LocalAwsOptions, StorageError, startLocalAws } from '../../local/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { createTemporaryHome } from '../demo/temporary-home.ts'
import { exitCodes } from '../exit-code.ts'
import { addAdministratorProfiles, type NamedAccount, seedOf } from '../local-accounts.ts'
import { createOutput, type Output } from '../output.ts'
import { shellLines } from '../shell-lines.ts'

const defaultPort = '4566'

export const command: Command = {
  args: [],
  options: [
    { flags: '--access <path>', summary: 'with the accounts of this access file' },
    { flags: '--account <name=id...>', summary: 'with these accounts' },
    { flags: '-p, --port <number>', summary: `loopback port (${defaultPort}); 0 takes a free one` },
    { flags: '--data <directory>', summary: 'keep everything there, for the next start' },
    { flags: '--sync', summary: 'with --data: wait for the disk with every change' },
    commonOptions.region,
  ],
  examples: ['stile local --access examples/bucket-writer/access.yaml'],
  details:
    'An AWS for cross-account work: STS, IAM, S3 and ECR. Every signature is verified and every call authorized; nothing is kept after it ends, unless --data names a directory. Each account starts with an administrator, whose keys are in the profiles that it prints. Without flags there are two accounts.',
  run: async ({ options }, context) => {
    const output = createOutput(context, options)
    const accounts = await chooseAccounts(options, context)
    const data = dataOf(options)
    const local = await start({ port: portOf(options), seed: seedOf(accounts), ...data })
    for (const notice of local.notices) context.stderr.write(`${notice}\n`)
    const region = String(options.region ?? 'eu-west-1')
    const home = await createTemporaryHome({ endpoint: local.url, region, searchPath: undefined })
    try {
      const profiles = await addAdministratorProfiles(accounts, { home, local, region })
      const lines = shellLines(home.environment)
      printStart({ url: local.url, accounts, profiles, lines, ...data }, output)
      await untilInterrupted(context)
      return exitCodes.done
    } finally {
      await Promise.all([local.stop(), home.remove()])
    }
  },
}

const twoAccounts: readonly NamedAccount[] = [
  { id: '111111111111', name: 'first' },
  { id: '222222222222', name: 'second' },
]

async function chooseAccounts(
  { access, account }: OptionValues,
  context: CommandContext,
): Promise<readonly NamedAccount[]> {
  if (Array.isArray(account)) return account.map(String).map(parseNamedAccount)
  if (access === undefined) return twoAccounts
  // Loaded here: reading access files takes longer than all the rest of the start.
  const { requireAccess } = await import('../load-access.ts')
  return (await requireAccess({ file: access }, context)).accounts
}

function parseNamedAccount(text: string): NamedAccount {
  const [, name = '', id = ''] = /^(?:([\w.-]+)=)?(\d{12})$/.exec(text) ?? []
  if (id !== '') return { id, name: name === '' ? id : name }
  throw new CliError(`--account \`${text}\`: write it as NAME=ID, with an id of twelve digits`)
}

async function untilInterrupted({ interrupted }: CommandContext): Promise<void> {
  if (!interrupted.aborted) await once(interrupted, 'abort')
}

function portOf(options: OptionValues): number {
  const port = Number(options.port ?? defaultPort)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new CliError(`--port \`${options.port}\` is no port`)
}

type DataOptions = Pick<LocalAwsOptions, 'dataDirectory' | 'dataOutlives'>

function dataOf({ data, sync }: OptionValues): DataOptions {
  if (data !== undefined)
    return { dataDirectory: String(data), dataOutlives: sync === true ? 'machine' : 'process' }
  if (sync === undefined) return {}
  throw new CliError('--sync: without --data there is nothing to wait for')
}

async function start(options: LocalAwsOptions) {
  try {
    return await startLocalAws(options)
  } catch (error) {
    const exitCode = exitCodes.failed
    if (error instanceof StorageError) throw new CliError(error.message, { exitCode, cause: error })
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new CliError(`port ${options.port} is taken`, {
      exitCode,
      remedy: 'choose another with --port, or 0 for a free one',
      cause: error,
    })
  }
}

interface Started extends DataOptions {
  readonly url: string
  readonly accounts: readonly NamedAccount[]
  readonly profiles: readonly string[]
  readonly lines: readonly string[]
}

function printStart(
  { url, accounts, profiles, lines, dataDirectory }: Started,
  output: Output,
): void {
  output.print(`an embedded AWS is ready on ${url}, with the accounts`)
  for (const { id, name } of accounts) output.print(`  ${id}  ${name}`)
  output.say('in another terminal:')
  for (const line of lines) output.print(`  ${line}`)
  output.say(`  aws sts get-caller-identity --profile ${profiles[0]}`)
  output.say(`profiles of the administrators: ${profiles.join(', ')}`)
  const kept = dataDirectory === undefined ? 'nothing is kept' : `\`${dataDirectory}\` keeps it`
  output.say(`Ctrl-C ends it, and ${kept}`)
}
