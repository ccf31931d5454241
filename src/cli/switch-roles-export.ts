import { createHash } from 'node:crypto'
import type { ConsoleEntry } from './console-role.ts'

/**
 * The configuration of the browser extension AWS Extend Switch Roles, for every grant that the console can switch to;
 * the others are comments that say why.
 * @see https://github.com/tilfinltd/aws-extend-switch-roles
 */
export function renderSwitchRoles(entries: readonly ConsoleEntry[]): string {
  return entries.map(renderEntry).join('\n')
}

function renderEntry({ grant, account, link }: ConsoleEntry): string {
  const isOne = grant.to.accounts.length === 1
  const name = isOne ? grant.name : `${grant.name}-${account.name}`
  if (link.kind === 'unavailable') return `; ${name}: ${link.because}\n`
  const settings = [
    ['aws_account_id', account.id],
    ['role_name', `${grant.to.path}${grant.to.role}`.replace(/^\//, '')],
    ['color', colorOf(account.id)],
    ...(account.region === undefined ? [] : [['region', account.region]]),
  ]
  const lines = settings.map(([key, value]) => `${key} = ${value}`)
  return [`[${name}]`, ...lines].map((line) => `${line}\n`).join('')
}

/** Readable behind black text, and the same colour for the same account everywhere. */
function colorOf(accountId: string): string {
  const digest = createHash('sha256').update(accountId).digest()
  return [0, 1, 2].map((i) => (128 + ((digest[i] ?? 0) >> 1)).toString(16)).join('')
}
