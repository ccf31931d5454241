import type { Change, PolicyHolder } from './change.ts'
import { renderAccount } from './cloud-error.ts'
import { diffDocuments } from './document-diff.ts'
import type { Plan } from './plan.ts'
import { type Entry, trustEntries, whoWords } from './plan-access.ts'
import { documentsOf } from './render-plan.ts'
import { type NameAccount, namingAccounts, policyWords } from './words.ts'

/**
 * A plan read the other way round: what was found against what is declared, on which side. A line for each finding;
 * where words cannot say what a document admits, its difference follows (`-` found, `+` declared).
 */
export function renderDrift(plan: Plan): readonly string[] {
  const nameAccount = namingAccounts(plan.scope.accounts.map((one) => one.account))
  const found = plan.changes.flatMap((change) => renderFinding(change, nameAccount))
  const blocked = plan.blocked.map(({ message }) => `! ${message}`)
  const unread = plan.unread.map(
    ({ account, because }) => `! ${renderAccount(account)} could not be read: ${because}`,
  )
  const all = [...found, ...blocked, ...unread]
  return all.length === 0 ? ['both sides are as declared'] : all
}

function renderFinding(change: Change, nameAccount: NameAccount): readonly string[] {
  const where = renderAccount(change.account)
  if (change.kind === 'updateTrust') return renderTrust(change, nameAccount)
  const finding = `~ ${where}: ${findingWords(change)}`
  const isShown = change.kind === 'putInlinePolicy' || change.kind === 'newPolicyVersion'
  if (!isShown || change.before === undefined) return [finding]
  return [finding, ...indented(change)]
}

function renderTrust(
  change: Extract<Change, { kind: 'updateTrust' }>,
  nameAccount: NameAccount,
): readonly string[] {
  const policy = `~ ${renderAccount(change.account)}: the trust policy of role/${change.roleName}`
  const entries = trustEntries(change)
  if (entries.length === 0) return [`${policy} differs`, ...indented(change)]
  return entries.map((entry) => `${policy} ${entryWords(entry, nameAccount)}`)
}

/** `before` is what was found, `after` what is declared. */
function entryWords({ who, before, after }: Entry, nameAccount: NameAccount): string {
  const whom = whoWords(who, nameAccount)
  if (after === undefined) return `now also admits ${whom}${terms(before)}`
  if (before === undefined) return `no longer admits ${whom}${terms(after)}`
  return `admits ${whom} on other terms: found ${before || 'none'}, declared ${after || 'none'}`
}

function terms(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `, ${text}`
}

function indented(change: Change): readonly string[] {
  const { before, after } = documentsOf(change)
  return diffDocuments(before, after).map((line) => `    ${line}`)
}

function findingWords(change: Change): string {
  switch (change.kind) {
    case 'createRole':
      return `role/${change.roleName} does not exist`
    case 'deleteRole':
      return `role/${change.roleName} is owned by this file, which does not declare it`
    case 'updateTrust':
      return `the trust policy of role/${change.roleName} differs`
    case 'updateRole':
      return `role/${change.roleName} has another description or longest session (declared ${change.maxSessionDurationSeconds} seconds)`
    case 'setBoundary':
      return change.boundaryArn === undefined
        ? `role/${change.roleName} has a permissions boundary that is not declared`
        : `role/${change.roleName} is not within the permissions boundary ${policyWords(change.boundaryArn)}`
    case 'tagRole':
      return `role/${change.roleName} lacks or has other ownership tags`
    case 'attachPolicy':
      return `${words(change.holder)} lacks ${policyWords(change.policyArn)}`
    case 'detachPolicy':
      return `${words(change.holder)} also has ${policyWords(change.policyArn)}`
    case 'putInlinePolicy':
      return change.before === undefined
        ? `${words(change.holder)} lacks the inline policy ${change.policyName}`
        : `the inline policy ${change.policyName} of ${words(change.holder)} differs`
    case 'deleteInlinePolicy':
      return `${words(change.holder)} also has the inline policy ${change.policyName}`
    case 'createManagedPolicy':
      return `managed policy ${change.policyName} does not exist`
    case 'newPolicyVersion':
      return `managed policy ${policyWords(change.policyArn)} differs`
    case 'tagPolicy':
      return `managed policy ${policyWords(change.policyArn)} lacks or has other ownership tags`
    case 'deleteManagedPolicy':
      return `managed policy ${policyWords(change.policyArn)} is owned by this file, which does not declare it`
    case 'createOidcProvider':
      return `there is no identity provider ${change.url}`
    case 'addOidcAudience':
      return `the identity provider ${change.providerArn} does not take the audience ${change.audience}`
    default:
      return change satisfies never
  }
}

function words(holder: PolicyHolder): string {
  return `${holder.kind}/${holder.name}`
}
