import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeDirectory } from './make-directory.ts'
import { SessionError } from './session-error.ts'

/**
 * Puts `text` in the place of the whole file, or leaves it as it was: readers see the old one or the new one, also
 * after a crash. The file is for its owner alone (0600, its folder 0700 when it is new). A symbolic link stays one.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path)
    await makeDirectory(dirname(target))
    await replaceFile(target, text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SessionError(`cannot write \`${path}\`: ${reason}`, {
      code: 'unwritable-file',
      cause: error,
    })
  }
}

async function replaceFile(target: string, text: string): Promise<void> {
  // In the same folder, so that the rename stays within one file system.
  const temporary = `${target}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
