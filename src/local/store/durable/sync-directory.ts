import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes names in a directory outlive the machine. */
export function syncDirectory(directory: string): void {
  // Windows opens no directories, and keeps their changes itself.
  if (process.platform === 'win32') return
  const file = openSync(directory, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
