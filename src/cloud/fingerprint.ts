import { createHash } from 'node:crypto'
import type { Actual } from './actual.ts'

/** A short name for what was read: equal for equal reads, whatever order keys came in. */
export function fingerprintOf(actual: Actual): string {
  const known = actual.accounts
  const unread = actual.unread.map(({ account }) => account.id)
  const text = JSON.stringify({ known, unread }, sortKeys)
  return createHash('sha256').update(text).digest('hex')
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
