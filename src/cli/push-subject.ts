import { type AccessFile, findAccessFile } from '../access/index.ts'
import { type ImageAddress, loadRegistries } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { requireAccess } from './load-access.ts'
import { maySignIn } from './plan-logins.ts'

/** Who is asked about, and in which access file. */
export interface Pusher {
  readonly subject: string
  /** Of a grant: the account whose role is meant, by name. */
  readonly account?: string
  readonly access: AccessFile
  readonly file: string
}

/** `--as`; else who signs in to the registry; else the only grant in its account that may. */
export async function findPusher(
  image: ImageAddress,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<Pusher> {
  const entries = await loadRegistries(context.environment)
  const entry = entries.find(({ host }) => host === image.host)
  const isHere = options.file !== undefined || findAccessFile(context.cwd) !== undefined
  const file = isHere ? options.file : (entry?.file ?? options.file)
  const access = await requireAccess({ ...options, file }, context)
  const found = { access, file: access.sources[0] ?? '' }
  if (typeof options.as === 'string') return { ...found, ...grantOf(options.as, access, image) }
  if (entry !== undefined) return { ...found, ...grantOf(entry.name, access, image) }
  const able = access.grants.filter(
    ({ name, to }) =>
      to.accounts.some(({ id }) => id === image.accountId) &&
      maySignIn(access, { ...grantOf(name, access, image), nowMs: context.nowMs() }),
  )
  const [only, ...others] = able
  if (only !== undefined && others.length === 0) {
    return { ...found, ...grantOf(only.name, access, image) }
  }
  const names = able.map(({ name }) => name).join(', ')
  throw new CliError(
    only === undefined
      ? `no grant in account ${image.accountId} may sign in to ECR`
      : `several grants may sign in to ${image.host}: ${names}`,
    { remedy: 'say who pushes with --as' },
  )
}

/** Where a grant reaches the registry's account, its role there is meant. */
function grantOf(
  subject: string,
  { grants }: AccessFile,
  { accountId }: ImageAddress,
): Pick<Pusher, 'subject' | 'account'> {
  const grant = grants.find(({ name }) => name === subject)
  const account = grant?.to.accounts.find(({ id }) => id === accountId) ?? grant?.to.accounts[0]
  return { subject, ...(account === undefined ? {} : { account: account.name }) }
}
