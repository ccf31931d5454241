import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { SessionError } from '../session-error.ts'
import { writeFileAtomically } from '../write-file.ts'
import type { SecretStore } from './secret-store.ts'

/** Files of mode 0600 in a directory of mode 0700, for machines without a keychain. */
export function openSecretFiles(directory: string): SecretStore {
  const pathOf = (name: string): string => join(directory, `${name}.secret`)
  return {
    kind: 'file',
    get: (name) => readOwn(pathOf(name)),
    put: (name, secret) => writeFileAtomically(pathOf(name), secret),
    remove: (name) =>
      rm(pathOf(name)).then(
        () => true,
        (error: unknown) => {
          if (isAbsent(error)) return false
          throw failed('remove', pathOf(name), error)
        },
      ),
  }
}

/** A secret that others can read or could have written is refused: it may not be what was kept. */
async function readOwn(path: string): Promise<string | undefined> {
  const file = await open(path).catch((error: unknown) => {
    if (isAbsent(error)) return undefined
    throw failed('read', path, error)
  })
  if (file === undefined) return undefined
  try {
    const { mode, uid } = await file.stat()
    const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0)
    if (isOwn) return await file.readFile('utf8')
  } finally {
    await file.close()
  }
  const remedy =
    'make it yours alone with `chmod 600`, and replace the keys if others could read them'
  throw new SessionError(`\`${path}\` is open to others; ${remedy}`, { code: 'open-file' })
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function failed(verb: string, path: string, cause: unknown): SessionError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return new SessionError(`cannot ${verb} \`${path}\`: ${code}`, { code: 'unreadable-file', cause })
}
