import { type AccountRef, renderAccount } from './cloud-error.ts'

/** `ReadOnlyAccess`, from a managed policy's ARN. */
export function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** `ReadOnlyAccess` for AWS's own, `customer/NAME` for an account's. */
export function policyWords(arn: string): string {
  return arn.includes('::aws:') ? policyName(arn) : `customer/${policyName(arn)}`
}

/** Finds an account's name by its id; accounts that the file does not declare are named by their id. */
export type NameAccount = (accountId: string) => AccountRef

export function namingAccounts(accounts: readonly AccountRef[]): NameAccount {
  const byId = new Map(accounts.map((account) => [account.id, account]))
  return (accountId) => byId.get(accountId) ?? { id: accountId, name: accountId }
}

/** `role/gitlab-runner in build (111111111111)`, from an IAM ARN. */
export function principalWords(arn: string, nameAccount: NameAccount): string {
  const [, , , , accountId = '', ...rest] = arn.split(':')
  const resource = rest.join(':')
  const kind = resource.slice(0, resource.indexOf('/'))
  const where = renderAccount(nameAccount(accountId))
  const isAny = /^user\/\*$/.test(resource)
  if (isAny) return `every user of ${where} with a policy for it`
  const shown = /[*?]/.test(resource) ? resource : `${kind}/${resource.split('/').pop()}`
  return `${shown} in ${where}`
}

/** `OurThingBuildRole in ourthing (222222222222)`, from a role's ARN. */
export function roleWords(arn: string, nameAccount: NameAccount): string {
  const accountId = arn.split(':')[4] ?? ''
  return `${policyName(arn)} in ${renderAccount(nameAccount(accountId))}`
}
