import type { Compilation } from '../access/index.ts'
import type { Actual, ActualAccount, UnreadAccount } from './actual.ts'
import { toCloudError } from './aws-failure.ts'
import type { AccountRef } from './cloud-error.ts'
import type { Connections } from './connection.ts'
import { inParallel } from './in-parallel.ts'
import { readAccount } from './read-account.ts'
import { type AccountScope, type ReadScope, scopeOf } from './read-scope.ts'

export interface ReadOptions {
  /** The value of `stile:file`, needed only for a file that no longer declares a role. */
  readonly file?: string
}

/**
 * Reads what is there now, on both sides, in all accounts side by side. An account that cannot be read does not stop
 * the others: it is listed in `unread` with the reason.
 */
export async function readActual(
  compilation: Compilation,
  connections: Connections,
  options: ReadOptions = {},
): Promise<Actual> {
  return readScope(scopeOf(compilation, accountsOf(connections), options.file), connections)
}

/** Reads again what a plan was made from. */
export async function readScope(scope: ReadScope, connections: Connections): Promise<Actual> {
  const accounts: ActualAccount[] = []
  const unread: UnreadAccount[] = []
  await inParallel(scope.accounts, async (one) => {
    const outcome = await readOne(one, scope.file, connections)
    if (outcome.kind === 'read') accounts.push(outcome.actual)
    else unread.push(outcome.unread)
  })
  return { scope, accounts: byId(accounts), unread: byId(unread) }
}

type ReadOutcome =
  | { readonly kind: 'read'; readonly actual: ActualAccount }
  | { readonly kind: 'unread'; readonly unread: UnreadAccount }

async function readOne(
  scope: AccountScope,
  file: string | undefined,
  connections: Connections,
): Promise<ReadOutcome> {
  const { account } = scope
  const connection = connections.open.get(account.id)
  const failure = connections.failed.get(account.id)
  try {
    if (failure !== undefined) throw failure
    if (connection === undefined) throw new Error('not signed in to this account')
    return { kind: 'read', actual: await readAccount(connection, scope, file) }
  } catch (error) {
    const { code, message } = toCloudError(error, { account, call: 'sign-in' })
    return { kind: 'unread', unread: { account, code, because: message } }
  }
}

function accountsOf(connections: Connections): readonly AccountRef[] {
  const open = [...connections.open.values()].map(({ account }) => account)
  const failed = [...connections.failed.values()].map(({ account }) => account)
  return [...open, ...failed]
}

function byId<T extends { readonly account: AccountRef }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.account.id < b.account.id ? -1 : 1))
}
