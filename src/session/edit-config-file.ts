import { readFile } from 'node:fs/promises'
import { SessionError } from './session-error.ts'
import { writeFileAtomically } from './write-file.ts'

/** The text of a shared file; empty where there is none. Throws a `SessionError` for bytes that would not survive. */
export async function readConfigFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT') return Buffer.alloc(0)
    const message = `cannot read \`${path}\`: ${code}`
    throw new SessionError(message, { code: 'unreadable-file', cause: error })
  })
  const text = bytes.toString('utf8')
  // INVARIANT: every byte that is not Stile's stays.
  if (Buffer.from(text, 'utf8').equals(bytes)) return text
  throw new SessionError(`\`${path}\` is no UTF-8, and would be changed where nobody asked`, {
    code: 'not-utf-8',
  })
}

/** Where the file is kept as it was before the latest change. */
export function copyOf(path: string): string {
  return `${path}.before-stile`
}

/**
 * Replaces the file, and keeps what it was under the name that is answered; undefined where there was nothing or nothing
 * changes. The copy is for the owner alone, like the file.
 */
export async function replaceConfigFile(
  path: string,
  change: { readonly before: string; readonly after: string },
): Promise<string | undefined> {
  if (change.before === change.after) return undefined
  const copy = copyOf(path)
  if (change.before !== '') await writeFileAtomically(copy, change.before)
  await writeFileAtomically(path, change.after)
  return change.before === '' ? undefined : copy
}
