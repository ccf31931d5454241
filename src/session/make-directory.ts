import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a directory for its owner alone, and those above it. On file systems that answer `no such file` below a
 * directory that is there (`/proc`, homes that are mounted on demand) it fails: Node's own recursion never ends there.
 */
export async function makeDirectory(path: string): Promise<void> {
  if (await makeOne(path)) return
  await makeDirectory(dirname(path))
  if (await makeOne(path)) return
  throw new Error(`ENOENT: no directory can be made at '${path}'`)
}

/** False where what is above it is missing. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST') return true
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    return false
  }
}
