import type { AccountId, PolicyDocument } from '../../../core/index.ts'
import { parseAccountId } from '../../../core/index.ts'
import type { Store } from '../../store/store.ts'
import { accountsOf, nameKey, principalPlacesOf, rolesOf, usersOf } from './tables.ts'

export type PrincipalStoring =
  | { readonly kind: 'stored'; readonly document: PolicyDocument }
  /** A principal that is not there, as it was written: `"AWS":"arn:…"`. */
  | { readonly kind: 'invalid'; readonly principal: string }

/**
 * The document with every user and role that it names as a principal replaced by its unique id, as AWS keeps it: when
 * the principal is deleted, one of the same name is not trusted in its place. Principals of accounts that this
 * server does not hold stay as they are written.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function storePrincipals(given: Store, document: PolicyDocument): PrincipalStoring {
  // AWS: a principal of a moment ago may not be known yet.
  const store = given.spread ?? given
  let invalid: string | undefined
  const stored = mapAwsPrincipals(document, (value) => {
    const found = storedForm(store, value)
    if (found === undefined) invalid ??= value
    return found ?? value
  })
  if (invalid === undefined) return { kind: 'stored', document: stored }
  return { kind: 'invalid', principal: `"AWS":${JSON.stringify(invalid)}` }
}

/** The document with unique ids of principals that are still there replaced by their ARNs. */
export function renderPrincipals(store: Store, document: PolicyDocument): PolicyDocument {
  const places = principalPlacesOf(store)
  return mapAwsPrincipals(document, (value) => places.get(value)?.arn ?? value)
}

/** Undefined when the principal ought to be known here and is not. */
function storedForm(store: Store, value: string): string | undefined {
  if (/^A(ID|RO)A[A-Z0-9]+$/.test(value)) {
    return principalPlacesOf(store).get(value) === undefined ? undefined : value
  }
  if (value === '*') return value
  const bare = parseAccountId(value)
  if (bare !== undefined) return `arn:aws:iam::${bare}:root`
  const parts = /^arn:aws:(?:iam|sts)::(\d{12}):(.+)$/.exec(value)
  const accountId = parts?.[1] === undefined ? undefined : parseAccountId(parts[1])
  if (accountId === undefined || accountsOf(store).get(accountId) === undefined) return value
  return storedLocalForm(store, { accountId, resource: parts?.[2] ?? '', value })
}

interface LocalPrincipal {
  readonly accountId: AccountId
  /** What follows the account id in the ARN. */
  readonly resource: string
  readonly value: string
}

function storedLocalForm(store: Store, principal: LocalPrincipal): string | undefined {
  const { accountId, resource, value } = principal
  const [kind = '', ...names] = resource.split('/')
  const name = names[names.length - 1] ?? ''
  if (kind === 'user') return idAt(usersOf(store, accountId).get(nameKey(name)), value)
  if (kind === 'role') return idAt(rolesOf(store, accountId).get(nameKey(name)), value)
  if (kind !== 'assumed-role')
    return resource === 'root' || kind === 'federated-user' ? value : undefined
  return rolesOf(store, accountId).get(nameKey(names[0] ?? '')) === undefined ? undefined : value
}

function idAt(
  entity: { readonly id: string; readonly arn: string } | undefined,
  arn: string,
): string | undefined {
  return entity?.arn === arn ? entity.id : undefined
}

type MapPrincipal = (value: string) => string

function mapAwsPrincipals(document: PolicyDocument, map: MapPrincipal): PolicyDocument {
  const { Statement: statement } = document
  if (statement === undefined) return document
  const mapped = Array.isArray(statement)
    ? statement.map((one: unknown) => mapStatement(one, map))
    : mapStatement(statement, map)
  return { ...document, Statement: mapped }
}

function mapStatement(statement: unknown, map: MapPrincipal): unknown {
  if (!isRecord(statement)) return statement
  const changed = { ...statement }
  for (const element of ['Principal', 'NotPrincipal']) {
    if (Object.hasOwn(statement, element)) changed[element] = mapElement(statement[element], map)
  }
  return changed
}

function mapElement(element: unknown, map: MapPrincipal): unknown {
  if (!isRecord(element) || !Object.hasOwn(element, 'AWS')) return element
  const { AWS: aws } = element
  if (typeof aws === 'string') return { ...element, AWS: map(aws) }
  if (!Array.isArray(aws)) return element
  return { ...element, AWS: aws.map((one: unknown) => (typeof one === 'string' ? map(one) : one)) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
