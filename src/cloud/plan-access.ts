import type { PolicyDocument } from '../core/index.ts'
import { type Admission, admissionsOf } from './admission.ts'
import { callerReach } from './caller-reach.ts'
import type { AccessLine, Change } from './change.ts'
import { renderAccount } from './cloud-error.ts'
import {
  type NameAccount,
  namingAccounts,
  policyWords,
  principalWords,
  roleWords,
} from './words.ts'
import type { World } from './world.ts'

/** Who gains and who loses what by these changes, in words: entry into roles first, then what the roles may do. */
export function planAccess(changes: readonly Change[], world: World): readonly AccessLine[] {
  const nameAccount = namingAccounts([
    ...world.accounts.map((one) => one.account),
    ...changes.map((change) => change.account),
  ])
  const entries = changes.flatMap((change) => trustEntries(change))
  const doors = entries.map((entry) => renderEntry(entry, nameAccount))
  const seen = new Set(entries.map(({ who, roleArn }) => `${who} ${roleArn}`))
  const callers = callerEntries(changes, world)
    .filter(({ who, roleArn }) => !seen.has(`${who} ${roleArn}`))
    .map((entry) => renderEntry(entry, nameAccount))
  return [...doors, ...callers, ...changes.flatMap(permissionLines)]
}

/** Entry of one caller into one role; the terms are those of the trust policy, before and after. */
export interface Entry {
  readonly who: string
  readonly roleArn: string
  readonly before?: string
  readonly after?: string
}

/** How a change of a trust policy moves who may enter. */
export function trustEntries(change: Change): readonly Entry[] {
  const documents = trustDocuments(change)
  const [roleArn] = change.roleArns
  if (documents === undefined || roleArn === undefined) return []
  const before = termsByCaller(documents.before)
  const after = termsByCaller(documents.after)
  return [...new Set([...after.keys(), ...before.keys()])]
    .filter((who) => before.get(who) !== after.get(who))
    .map((who) => entryOf(who, roleArn, [before.get(who), after.get(who)]))
}

function trustDocuments(
  change: Change,
): { readonly before?: PolicyDocument; readonly after?: PolicyDocument } | undefined {
  switch (change.kind) {
    case 'createRole':
      return { after: change.after }
    case 'updateTrust':
      return { before: change.before, after: change.after }
    case 'deleteRole':
      return { before: change.before }
    default:
      return undefined
  }
}

function entryOf(
  who: string,
  roleArn: string,
  [before, after]: readonly [string | undefined, string | undefined],
): Entry {
  return {
    who,
    roleArn,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
}

/** Each caller once: its ways in, joined by `; or `. */
function termsByCaller(trust: PolicyDocument | undefined): ReadonlyMap<string, string> {
  const terms = new Map<string, string>()
  for (const admission of trust === undefined ? [] : admissionsOf(trust)) {
    const ways = new Set([...(terms.get(admission.who)?.split('; or ') ?? []), wayOf(admission)])
    terms.set(admission.who, [...ways].sort().join('; or '))
  }
  return terms
}

function wayOf({ terms }: Admission): string {
  return terms.join(', ')
}

function callerEntries(changes: readonly Change[], world: World): readonly Entry[] {
  const { before, after } = callerReach(changes, world)
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((who) => {
    const had = before.get(who) ?? new Set()
    const has = after.get(who) ?? new Set()
    const gained = [...has]
      .filter((arn) => !had.has(arn))
      .map((arn) => ({ who, roleArn: arn, after: '' }))
    const lost = [...had]
      .filter((arn) => !has.has(arn))
      .map((arn) => ({ who, roleArn: arn, before: '' }))
    return [...gained, ...lost]
  })
}

function renderEntry(entry: Entry, nameAccount: NameAccount): AccessLine {
  const who = whoWords(entry.who, nameAccount)
  const role = roleWords(entry.roleArn, nameAccount)
  const { before, after } = entry
  if (after === undefined) {
    return { sign: '-', who, role, words: `${who} may no longer assume ${role}` }
  }
  const terms = after === '' ? '' : `, ${after}`
  if (before === undefined)
    return { sign: '+', who, role, words: `${who} may assume ${role}${terms}` }
  const words = `${who} may assume ${role} on other terms: ${after || 'none'} (before: ${before || 'none'})`
  return { sign: '~', who, role, words }
}

/** A caller of a trust policy, as `Admission.who` holds it, in words. */
export function whoWords(who: string, nameAccount: NameAccount): string {
  if (who === 'everyone') return 'everyone on AWS'
  const [, kind, rest = ''] = /^(account|provider|service|id):(.*)$/.exec(who) ?? []
  switch (kind) {
    case 'account':
      return `whoever the administrators of ${renderAccount(nameAccount(rest))} allow`
    case 'provider':
      return `identities of ${rest.slice(rest.indexOf('/') + 1)}`
    case 'service':
      return `the AWS service ${rest}`
    case 'id':
      return `a deleted principal (${rest})`
    default:
      return principalWords(who, nameAccount)
  }
}

function permissionLines(change: Change): readonly AccessLine[] {
  if (change.side !== 'trusting' || !('holder' in change)) return []
  const where = renderAccount(change.account)
  const role = `${change.holder.name} in ${where}`
  const who = `sessions of ${role}`
  switch (change.kind) {
    case 'attachPolicy': {
      const words = `${who} may do what ${policyWords(change.policyArn)} allows`
      return [{ sign: '+', who, role, words }]
    }
    case 'detachPolicy': {
      const words = `${who} may no longer do what ${policyWords(change.policyArn)} allows`
      return [{ sign: '-', who, role, words }]
    }
    case 'putInlinePolicy': {
      const isNew = change.before === undefined
      const words = isNew
        ? `${who} are ruled by the inline policy ${change.policyName}`
        : `${who} are ruled by a changed inline policy ${change.policyName}`
      return [{ sign: isNew ? '+' : '~', who, role, words }]
    }
    case 'deleteInlinePolicy': {
      const words = `${who} are no longer ruled by the inline policy ${change.policyName}`
      return [{ sign: '-', who, role, words }]
    }
    default:
      return []
  }
}
