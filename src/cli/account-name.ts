import { findAccessFile, loadAccessFile } from '../access/index.ts'
import { accessPath } from './load-access.ts'
import type { TargetRequest } from './session-target.ts'

/** What the access file calls an account; undefined where there is none, it has faults, or does not name it. */
export async function accountName(
  accountId: string,
  { context, options }: TargetRequest,
): Promise<string | undefined> {
  if (options.file === undefined && findAccessFile(context.cwd) === undefined) return undefined
  const parsed = await loadAccessFile(accessPath(options.file, context))
  return parsed.ok ? parsed.access.accounts.find(({ id }) => id === accountId)?.name : undefined
}
