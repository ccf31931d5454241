import { createHash } from 'node:crypto'
import type { Call } from '../../../operation.ts'

/** The id of what was written while its bucket was not versioned. */
export const noVersionId = 'null'

/**
 * A new version's id: text to everybody else. It holds where the version stands among those of its key, so that a list
 * goes on after one that is gone, and a check, so that what never was an id is told from what is one no more.
 */
export function newVersionId(call: Call, newestBefore: string | undefined): string {
  const before = newestBefore === undefined ? undefined : orderOf(newestBefore)
  const now = BigInt(Math.max(call.nowMs, 0)) << 16n
  const order = before === undefined || before < now ? now : before + 1n
  const bytes = Buffer.alloc(24)
  bytes.writeBigUInt64BE(order)
  call.randomBytes(12).copy(bytes, 8)
  checkOf(bytes).copy(bytes, 20)
  return bytes.toString('base64url').replaceAll('-', '.')
}

export function isVersionId(text: string): boolean {
  return text === noVersionId || orderOf(text) !== undefined
}

/** Ascends within a key; undefined for what is no id, and for `null`. */
export function orderOf(text: string): bigint | undefined {
  if (!/^[\w.]{32}$/.test(text)) return undefined
  const bytes = Buffer.from(text.replaceAll('.', '-'), 'base64url')
  return checkOf(bytes).equals(bytes.subarray(20)) ? bytes.readBigUInt64BE() : undefined
}

function checkOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes.subarray(0, 20)).digest().subarray(0, 4)
}
