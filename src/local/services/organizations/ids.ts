import type { AccountId } from '../../../core/index.ts'
import { parseAccountId } from '../../../core/index.ts'
import type { Call } from '../../operation.ts'
import { accountsOf } from '../iam/tables.ts'

type RandomBytes = Call['randomBytes']

const letters = '0123456789abcdefghijklmnopqrstuv'

function randomName(length: number, randomBytes: RandomBytes): string {
  return [...randomBytes(length)].map((byte) => letters.charAt(byte % letters.length)).join('')
}

export const newIds = {
  organization: (randomBytes: RandomBytes) => `o-${randomName(10, randomBytes)}`,
  root: (randomBytes: RandomBytes) => `r-${randomName(4, randomBytes)}`,
  /** A unit's id repeats that of its root. */
  unit: (rootId: string, randomBytes: RandomBytes) =>
    `ou-${rootId.slice(2)}-${randomName(8, randomBytes)}`,
  policy: (randomBytes: RandomBytes) => `p-${randomName(8, randomBytes)}`,
  handshake: (randomBytes: RandomBytes) => `h-${randomName(32, randomBytes)}`,
  createAccountRequest: (randomBytes: RandomBytes) => `car-${randomName(32, randomBytes)}`,
}

/** Twelve digits that no account here has. */
export function newAccountId(call: Call): AccountId {
  for (;;) {
    const number = BigInt(`0x${call.randomBytes(8).toString('hex')}`) % 900_000_000_000n
    const id = parseAccountId(String(number + 100_000_000_000n))
    if (id !== undefined && accountsOf(call.store).get(id) === undefined) return id
  }
}
