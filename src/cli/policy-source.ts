import { resolve } from 'node:path'
import { accessEstate } from '../access/index.ts'
import { closeAll, connectAll, readAuthorizationPages, renderAccount } from '../cloud/index.ts'
import {
  type Asker,
  callerOf,
  type Estate,
  type EstateIndex,
  indexEstate,
  type Principal,
} from '../core/index.ts'
import { CliError } from './cli-error.ts'
import { type CommandContext, commonOptions, type OptionRow, type OptionValues } from './command.ts'
import { decisionTimeMs } from './decision-time.ts'
import { describeProblems, requireAccess } from './load-access.ts'
import { readAuthorizationDetails } from './policy-source-details.ts'
import { readPolicyDirectory } from './policy-source-directory.ts'
import { estateOf } from './policy-source-estate.ts'
import { emptyRecord, joinRecords } from './policy-source-record.ts'
import { contextPairs, layContext } from './request-context.ts'
import { connectOptionsOf } from './sides.ts'

/** Options of all commands that ask what policies say together. */
export const sourceOptions: readonly OptionRow[] = [
  commonOptions.file,
  {
    flags: '--policies <dir>',
    summary: 'ask a directory of policies, as docs/explain.md lays out',
  },
  { flags: '--live', summary: 'ask the accounts of the access file as they are now' },
  { flags: '-c, --context <key=value...>', summary: 'condition keys of the request' },
  commonOptions.at,
  commonOptions.endpointUrl,
  commonOptions.region,
]

export interface PolicySource {
  readonly index: EstateIndex
  /** Account ids by the names of the access file. */
  readonly names: ReadonlyMap<string, string>
}

export interface SourceInput {
  readonly context: CommandContext
  readonly options: OptionValues
}

/** Everything that is asked about: the access file's documents, a directory's, or those of the live accounts. */
export async function openPolicySource(input: SourceInput): Promise<PolicySource> {
  const { options, context } = input
  if (options.policies !== undefined && options.live === true) {
    throw new CliError('--policies and --live are two sources: choose one')
  }
  if (typeof options.policies === 'string') {
    const records = await readPolicyDirectory(resolve(context.cwd, options.policies))
    return { index: indexEstate(estateOf(records)), names: new Map() }
  }
  const access = await requireAccess(options, context)
  const names = new Map(access.accounts.map(({ name, id }) => [name, id as string]))
  if (options.live === true) return { index: indexEstate(await readLive(input)), names }
  const found = accessEstate(access, decisionTimeMs(options, context))
  if (found.kind === 'problems') throw new CliError(describeProblems(found.problems))
  return { index: indexEstate(found.estate), names }
}

/** Reads every account of the access file; those that cannot be read are said. */
async function readLive({ options, context }: SourceInput): Promise<Estate> {
  const access = await requireAccess(options, context)
  const connections = await connectAll(access.accounts, connectOptionsOf(context, options))
  try {
    const records = await Promise.all(
      [...connections.open.values()].map(async (connection) => {
        const { id, partition } = connection.account
        const pages = await readAuthorizationPages(connection)
        return pages
          .map((page) => readAuthorizationDetails(id, page, 'AWS'))
          .reduce(joinRecords, emptyRecord(id, partition))
      }),
    )
    const [failure] = connections.failed.values()
    if (records.length === 0 && failure !== undefined) throw failure
    const estate = estateOf(records)
    const failed = access.accounts.filter(({ id }) => connections.failed.has(id))
    const unread = failed.map((account) => `the account ${renderAccount(account)}`)
    const never = ['resource-based policies other than trust policies, and SCPs']
    return { ...estate, unread: [...estate.unread, ...unread, ...never] }
  } finally {
    closeAll(connections)
  }
}

export interface FoundAsker {
  readonly who: string
  readonly asker: Asker
  /** `unknown`: of an account that was read, and not there; it counts as holding nothing. */
  readonly standing: 'known' | 'outside' | 'unknown'
}

/** A principal by ARN, or by `ACCOUNT:role/NAME` with the account's name or id; undefined for nobody that can call. */
export function findAsker({ index, names }: PolicySource, subject: string): FoundAsker | undefined {
  const short = /^([^:]+):((?:role|user)\/.+)$/.exec(subject)
  if (short !== null) {
    const id = names.get(short[1] ?? '') ?? short[1]
    const name = short[2] ?? ''
    const found = index.estate.principals.find(
      ({ arn, accountId }) => accountId === id && isNamed(arn, name),
    )
    return found === undefined
      ? findAsker({ index, names: new Map() }, `arn:aws:iam::${id}:${name}`)
      : { who: found.arn, asker: found, standing: 'known' }
  }
  const principal = callerOf(subject)
  const owner = principal?.kind === 'roleSession' ? principal.roleArn : subject
  const found = index.principals.get(owner) ?? sessionOwner(index, subject)
  if (found !== undefined) {
    const asker =
      principal === undefined ? found : { ...found, principal: asCalled(found, principal) }
    return { who: found.arn, asker, standing: 'known' }
  }
  if (principal !== undefined) {
    const isRead = 'accountId' in principal && index.estate.accounts.has(principal.accountId)
    const standing = isRead && principal.kind !== 'root' ? 'unknown' : 'outside'
    return { who: subject, asker: { principal, identity: [], boundary: null }, standing }
  }
  if (!/^arn:[^:]*:iam::\d{12}:(oidc|saml)-provider\//.test(subject)) return undefined
  const federated = { kind: 'federated', arn: subject } as const
  const asker = { principal: federated, identity: [], boundary: null }
  return { who: subject, asker, standing: 'outside' }
}

/** The very session that was named, with what is known of its role. */
function asCalled({ principal: own }: Asker, called: Principal): Principal {
  if (own.kind !== 'roleSession' || called.kind !== 'roleSession') return own
  return { ...own, arn: called.arn, sessionName: called.sessionName }
}

function isNamed(arn: string, kindAndName: string): boolean {
  const own = arn.slice(arn.lastIndexOf(':') + 1)
  if (own === kindAndName) return true
  const [kind = '', name = ''] = kindAndName.split('/')
  return own.startsWith(`${kind}/`) && own.endsWith(`/${name}`)
}

/** A session's ARN does not tell its role's path. */
function sessionOwner({ estate }: EstateIndex, subject: string) {
  const session = /^arn:[^:]*:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(subject)
  if (session === null) return undefined
  const [, id, name] = session
  return estate.principals.find(
    ({ arn, accountId }) => accountId === id && isNamed(arn, `role/${name}`),
  )
}

/** What the source cannot tell, for people. */
export function renderUnread({ index }: PolicySource): readonly string[] {
  return index.estate.unread.map((what) => `not read: ${what}`)
}

/** `key=value` pairs; a key given twice, in any case, has both values. The time is now, or `--at`. */
export function requestContext({
  options,
  context,
}: SourceInput): Readonly<Record<string, string | readonly string[]>> {
  const nowMs = decisionTimeMs(options, context)
  const time = { 'aws:CurrentTime': new Date(nowMs).toISOString() }
  return layContext(time, contextPairs(options.context))
}

/** The ARN that was written, or that of the role of this name. */
export function resourceArn({ index }: PolicySource, resource: string): string {
  if (resource === '*' || resource.startsWith('arn:')) return resource
  const found = index.estate.principals.find(
    ({ arn, trust }) => trust !== null && arn.endsWith(`/${resource}`),
  )
  if (found !== undefined) return found.arn
  throw new CliError(`\`${resource}\` is neither an ARN nor a role that is known here`)
}
