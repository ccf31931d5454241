import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The `access.yaml` of this directory or the nearest one above it; undefined where there is none. */
export function findAccessFile(directory: string): string | undefined {
  const candidate = join(directory, 'access.yaml')
  if (existsSync(candidate)) return candidate
  const parent = dirname(directory)
  return parent === directory ? undefined : findAccessFile(parent)
}
