/** One account's IAM as documents, before any of them is checked: what every source of policies is read into. */
export interface AccountRecord {
  readonly id: string
  readonly partition: string
  readonly users: readonly HolderRecord[]
  readonly groups: readonly HolderRecord[]
  readonly roles: readonly HolderRecord[]
  /** Managed policies whose documents were read, by ARN. */
  readonly managed: ReadonlyMap<string, unknown>
  readonly resources: readonly ResourceRecord[]
  /** One list per level, the organization's root first. */
  readonly scp: readonly (readonly DocumentRecord[])[]
  readonly rcp: readonly (readonly DocumentRecord[])[]
}

export interface DocumentRecord {
  readonly name: string
  readonly document: unknown
}

export interface HolderRecord {
  readonly name: string
  readonly arn: string
  readonly uniqueId?: string
  readonly inline: readonly DocumentRecord[]
  /** ARNs, or names of policies that AWS maintains or the account holds. */
  readonly managed: readonly string[]
  /** An ARN, or the document itself. */
  readonly boundary?: { readonly arn: string } | { readonly document: unknown }
  /** Of a user: names. */
  readonly groups: readonly string[]
  /** Of a role. */
  readonly trust?: unknown
}

export interface ResourceRecord {
  readonly arn: string
  readonly document: unknown
}

export function emptyRecord(id: string, partition = 'aws'): AccountRecord {
  const none = { users: [], groups: [], roles: [], resources: [], scp: [], rcp: [] }
  return { id, partition, managed: new Map(), ...none }
}

/** Two readings of one account as one; both may hold parts of it. */
export function joinRecords(a: AccountRecord, b: AccountRecord): AccountRecord {
  return {
    id: a.id,
    partition: a.partition === 'aws' ? b.partition : a.partition,
    users: [...a.users, ...b.users],
    groups: [...a.groups, ...b.groups],
    roles: [...a.roles, ...b.roles],
    managed: new Map([...a.managed, ...b.managed]),
    resources: [...a.resources, ...b.resources],
    scp: [...a.scp, ...b.scp],
    rcp: [...a.rcp, ...b.rcp],
  }
}
