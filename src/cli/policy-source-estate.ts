import { findManagedPolicy } from '../catalog/index.ts'
import {
  type AccountId,
  type CompiledPolicy,
  callerOf,
  deferPolicy,
  type Estate,
  type EstatePrincipal,
  type EstateResource,
  type PolicyType,
  type Principal,
  parseAccountId,
  parsePolicy,
} from '../core/index.ts'
import { CliError } from './cli-error.ts'
import type { AccountRecord, DocumentRecord, HolderRecord } from './policy-source-record.ts'

/** What the records hold, checked and made ready to be asked. Documents that are no policies end the command. */
export function estateOf(records: readonly AccountRecord[]): Estate {
  const shelf = newShelf()
  const principals = records.flatMap((record) => principalsOf(record, shelf))
  const resources = records.flatMap((record) => resourcesOf(record, shelf))
  const organization = new Map(
    records.map((record) => [record.id, limitsOf(record, shelf)] as const),
  )
  if (shelf.problems.length > 0) {
    const many = shelf.problems.length === 1 ? 'a document is' : 'documents are'
    throw new CliError(`${many} no policy as AWS takes them\n  ${shelf.problems.join('\n  ')}`)
  }
  const accounts = new Set(records.map(({ id }) => id))
  return { principals, resources, organization, accounts, unread: [...new Set(shelf.unread)] }
}

/** Reads each document once, so that policies that many hold stay recognisable as the same. */
interface Shelf {
  readonly compiled: Map<string, CompiledPolicy>
  /** By type, label and text: accounts have documents in common too. */
  readonly byText: Map<string, CompiledPolicy>
  readonly problems: string[]
  readonly unread: string[]
}

function newShelf(): Shelf {
  return { compiled: new Map(), byText: new Map(), problems: [], unread: [] }
}

interface Source {
  readonly type: PolicyType
  readonly label: string
  /** For messages, and what sets a label apart that many have. */
  readonly place: string
}

function compile(document: unknown, source: Source, shelf: Shelf): readonly CompiledPolicy[] {
  const key = `${source.type}\n${source.place}`
  const present = shelf.compiled.get(key)
  if (present !== undefined) return [present]
  const parsed = parsePolicy(document, source.type)
  if (!parsed.ok) {
    const told = parsed.problems.map(({ path, message }) => `${source.place}: ${path}: ${message}`)
    shelf.problems.push(...told)
    return []
  }
  const text = `${source.type}\n${source.label}\n${JSON.stringify(parsed.policy)}`
  const compiled = shelf.byText.get(text) ?? deferPolicy(source.label, () => parsed.policy)
  shelf.byText.set(text, compiled)
  shelf.compiled.set(key, compiled)
  return [compiled]
}

function principalsOf(record: AccountRecord, shelf: Shelf): readonly EstatePrincipal[] {
  const accountId = requireAccount(record.id)
  const groups = new Map(record.groups.map((group) => [group.name, group]))
  return [...record.users, ...record.roles].flatMap((holder) => {
    const principal = callerOf(holder.arn)
    if (principal === undefined) {
      shelf.problems.push(`${record.id}: \`${holder.arn}\` is no user or role`)
      return []
    }
    const memberOf = holder.groups.flatMap((name) => groups.get(name) ?? [])
    const [trust] =
      holder.trust === undefined
        ? []
        : compile(holder.trust, sourceOf('trust', `trust policy of ${holder.name}`, holder), shelf)
    return [
      {
        arn: holder.arn,
        accountId,
        principal: withUniqueId(principal, holder),
        identity: [holder, ...memberOf].flatMap((each) => identityOf(each, record, shelf)),
        boundary: boundaryOf(holder, record, shelf),
        trust: trust ?? null,
      },
    ]
  })
}

function sourceOf(type: PolicyType, label: string, { arn }: { readonly arn: string }): Source {
  return { type, label, place: `${arn}: ${label}` }
}

function withUniqueId(principal: Principal, { uniqueId }: HolderRecord): Principal {
  const isIam = principal.kind === 'user' || principal.kind === 'roleSession'
  return isIam && uniqueId !== undefined ? { ...principal, uniqueId } : principal
}

function identityOf(
  holder: HolderRecord,
  record: AccountRecord,
  shelf: Shelf,
): readonly CompiledPolicy[] {
  const inline = holder.inline.flatMap(({ name, document }) =>
    compile(document, sourceOf('identity', name, holder), shelf),
  )
  const managed = holder.managed.flatMap((name) => managedPolicy(name, record, shelf))
  return [...inline, ...managed]
}

function managedPolicy(
  name: string,
  record: AccountRecord,
  shelf: Shelf,
): readonly CompiledPolicy[] {
  const arn = name.startsWith('arn:')
    ? name
    : [...record.managed.keys()].find((each) => each.endsWith(`/${name}`))
  const own = arn === undefined ? undefined : record.managed.get(arn)
  const found = own === undefined ? findManagedPolicy(name) : { arn: arn ?? name, document: own }
  if (found === undefined) {
    shelf.unread.push(`what the policy \`${name}\` of ${record.id} says`)
    return []
  }
  return compile(found.document, { type: 'identity', label: found.arn, place: found.arn }, shelf)
}

/** A boundary whose document is not known allows nothing: the safe answer, and said. */
function boundaryOf(
  holder: HolderRecord,
  record: AccountRecord,
  shelf: Shelf,
): readonly CompiledPolicy[] | null {
  const { boundary } = holder
  if (boundary === undefined) return null
  if ('arn' in boundary) return managedPolicy(boundary.arn, record, shelf)
  return compile(boundary.document, sourceOf('boundary', 'boundary', holder), shelf)
}

function resourcesOf(record: AccountRecord, shelf: Shelf): readonly EstateResource[] {
  return record.resources.flatMap(({ arn, document }) => {
    const source = sourceOf('resource', `policy of ${arn}`, { arn: record.id })
    const [policy] = compile(document, source, shelf)
    return policy === undefined ? [] : [{ arn, accountId: requireAccount(record.id), policy }]
  })
}

function limitsOf(
  record: AccountRecord,
  shelf: Shelf,
): {
  readonly scp: readonly (readonly CompiledPolicy[])[]
  readonly rcp: readonly (readonly CompiledPolicy[])[]
} {
  const levels = (type: 'scp' | 'rcp', all: readonly (readonly DocumentRecord[])[]) =>
    all.map((level, i) =>
      level.flatMap(({ name, document }) =>
        compile(
          document,
          { type, label: name, place: `${record.id}: ${type}/${i}/${name}` },
          shelf,
        ),
      ),
    )
  return { scp: levels('scp', record.scp), rcp: levels('rcp', record.rcp) }
}

function requireAccount(id: string): AccountId {
  const account = parseAccountId(id)
  if (account === undefined)
    throw new CliError(`\`${id}\` is no account: twelve digits are expected`)
  return account
}
