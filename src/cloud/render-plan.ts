import type { PolicyDocument } from '../core/index.ts'
import type { Blocked, Change } from './change.ts'
import { renderAccount } from './cloud-error.ts'
import { diffDocuments } from './document-diff.ts'
import type { Plan } from './plan.ts'

/**
 * The plan for people, as lines without colour; the first character of a line says what it is about (`+`, `-`, `~`, `!`).
 * First who gains and loses what, then what is in the way, the steps, and the documents' differences.
 */
export function renderPlan(plan: Plan): readonly string[] {
  return [
    ...renderAccess(plan),
    ...section('in the way (left alone):', plan.blocked.flatMap(renderBlocked)),
    ...section(
      'not read:',
      plan.unread.map((one) => `! ${renderUnread(one)}`),
    ),
    ...section('steps, in this order:', plan.changes.map(renderStep)),
    ...plan.changes.flatMap(renderDocuments),
    ...plan.manual.flatMap(({ words, document }) => [
      '',
      `! ${words}:`,
      ...JSON.stringify(document, null, 2)
        .split('\n')
        .map((line) => `  ${line}`),
    ]),
    '',
    renderSummary(plan),
  ]
}

/** What AWS answered names the account as a rule; then once is enough. */
function renderUnread({ account, because }: Plan['unread'][number]): string {
  const name = renderAccount(account)
  return because.includes(name) ? because : `account ${name}: ${because}`
}

function renderAccess(plan: Plan): readonly string[] {
  const { access, unread } = plan
  if (access.length === 0 && unread.length > 0) {
    return [`not known who gains or loses access: ${count(unread.length, 'account')} not read`]
  }
  if (access.length === 0) return ['nobody gains or loses access']
  return ['who gains and loses what:', ...plan.access.map(({ sign, words }) => `${sign} ${words}`)]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function renderBlocked(blocked: Blocked): readonly string[] {
  return [`! ${blocked.message}`, `  → ${blocked.remedy}`]
}

function renderStep(change: Change): string {
  return `${signOf(change)} ${renderAccount(change.account)}: ${change.words}`
}

const signs: Readonly<Record<Change['kind'], '+' | '-' | '~'>> = {
  createRole: '+',
  deleteRole: '-',
  updateTrust: '~',
  updateRole: '~',
  setBoundary: '~',
  tagRole: '~',
  attachPolicy: '+',
  detachPolicy: '-',
  putInlinePolicy: '~',
  deleteInlinePolicy: '-',
  createManagedPolicy: '+',
  newPolicyVersion: '~',
  tagPolicy: '~',
  deleteManagedPolicy: '-',
  createOidcProvider: '+',
  addOidcAudience: '+',
}

function signOf(change: Change): string {
  if (change.kind === 'putInlinePolicy' && change.before === undefined) return '+'
  return signs[change.kind]
}

function renderDocuments(change: Change): readonly string[] {
  const { before, after } = documentsOf(change)
  if (before === undefined && after === undefined) return []
  const title = `${renderAccount(change.account)}: ${documentTitle(change)}`
  return ['', `@ ${title}`, ...diffDocuments(before, after)]
}

/** The documents that a change is about; neither for changes that are not about one. */
export function documentsOf(change: Change): {
  readonly before?: PolicyDocument
  readonly after?: PolicyDocument
} {
  return {
    ...('before' in change && change.before !== undefined ? { before: change.before } : {}),
    ...('after' in change ? { after: change.after } : {}),
  }
}

function documentTitle(change: Change): string {
  if ('roleName' in change) return `trust policy of role/${change.roleName}`
  if ('holder' in change && 'policyName' in change) {
    return `inline policy ${change.policyName} of ${change.holder.kind}/${change.holder.name}`
  }
  return 'policyArn' in change ? `managed policy ${change.policyArn}` : change.words
}

function renderSummary(plan: Plan): string {
  const { changes, blocked } = plan
  const accounts = new Set(changes.map((change) => change.account.id)).size
  const left = blocked.length === 0 ? '' : `, ${count(blocked.length, 'thing')} in the way`
  const unread =
    plan.unread.length === 0 ? '' : `, ${count(plan.unread.length, 'account')} not read`
  if (changes.length === 0 && unread !== '') return `nothing planned${left}${unread}`
  if (changes.length === 0) return `nothing to do${left}`
  return `${count(changes.length, 'step')} in ${count(accounts, 'account')}${left}${unread}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
