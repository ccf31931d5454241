import type { PolicyDocument } from '../core/index.ts'
import { roleResourcesOf } from './role-resources.ts'

export const fileTag = 'stile:file'
export const grantTag = 'stile:grant'

export type Tags = Readonly<Record<string, string>>

/** Who an object belongs to, by its tags. */
export type Owner =
  | { readonly kind: 'own' }
  | { readonly kind: 'otherFile'; readonly file: string }
  | { readonly kind: 'nobody' }

/** Whose object it is from the point of view of the access file named `file`. */
export function findOwner(tags: Tags, file: string | undefined): Owner {
  const tagged = tags[fileTag]
  if (tagged === undefined) return { kind: 'nobody' }
  return tagged === file ? { kind: 'own' } : { kind: 'otherFile', file: tagged }
}

const callerActions: ReadonlySet<string> = new Set([
  'sts:assumerole',
  'sts:tagsession',
  'sts:setsourceidentity',
])

/**
 * True for a document that only Stile writes on the caller's side: every statement has a Sid that starts with `Stile`,
 * does nothing but assume roles, and names roles. Inline policies carry no tags, so this is how they are recognised.
 */
export function isCallerDocument(document: PolicyDocument): boolean {
  const statements = listOf(document.Statement)
  return statements.length > 0 && statements.every(isCallerStatement)
}

function isCallerStatement(statement: unknown): boolean {
  if (typeof statement !== 'object' || statement === null) return false
  const fields: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(statement))
  const sid = fields.Sid
  const actions = listOf(fields.Action)
  return (
    fields.Effect === 'Allow' &&
    typeof sid === 'string' &&
    sid.startsWith('Stile') &&
    actions.length > 0 &&
    actions.every((action) => callerActions.has(String(action).toLowerCase())) &&
    listOf(fields.Resource).length > 0 &&
    listOf(fields.Resource).every((resource) =>
      /^arn:[^:]+:iam::[^:]*:role\//.test(String(resource)),
    )
  )
}

/** The roles that decide whether an undeclared caller policy is this file's. */
export interface KnownRoles {
  /** Declared in the file, or tagged as its own. */
  readonly own: ReadonlySet<string>
}

/**
 * True when a caller document belongs to this file: it has Stile's form and every role that it names is the file's own.
 * A wildcard account counts only as far as `aws:ResourceAccount` narrows it; without that nobody can tell whose it is.
 */
export function isOwnCallerDocument(document: PolicyDocument, known: KnownRoles): boolean {
  if (!isCallerDocument(document)) return false
  const roles = roleResourcesOf(document)
  return roles !== 'any' && roles.length > 0 && roles.every((arn) => known.own.has(arn))
}

/**
 * True when two documents have a statement of the same Sid, which is made of a grant's name: both are of that grant,
 * whatever roles they name.
 */
export function sharesSid(one: PolicyDocument, other: PolicyDocument): boolean {
  const sids = new Set(sidsOf(one))
  return sidsOf(other).some((sid) => sids.has(sid))
}

function sidsOf(document: PolicyDocument): readonly string[] {
  return listOf(document.Statement).flatMap((statement) => {
    const sid: unknown =
      typeof statement === 'object' && statement !== null
        ? Reflect.get(statement, 'Sid')
        : undefined
    return typeof sid === 'string' ? [sid] : []
  })
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
