import { invalidArgument, s3Error } from '../s3-error.ts'
import {
  type Acl,
  type AclPermission,
  aclGroups,
  aclPermissions,
  canonicalIdOf,
  type Grant,
  type Grantee,
} from './acl.ts'
import { type AclOwners, cannedAcl } from './canned-acl.ts'

/** The ways to say an ACL in a request: a name, `x-amz-grant-*` headers, or (for Put…Acl) a document. */
export interface AclInput {
  readonly ACL?: string
  readonly GrantFullControl?: string
  readonly GrantRead?: string
  readonly GrantReadACP?: string
  readonly GrantWrite?: string
  readonly GrantWriteACP?: string
  readonly AccessControlPolicy?: AccessControlPolicyInput
}

export interface AccessControlPolicyInput {
  readonly Owner?: { readonly ID?: string }
  readonly Grants?: readonly {
    readonly Grantee?: GranteeInput
    readonly Permission?: string
  }[]
}

interface GranteeInput {
  readonly Type?: string
  readonly ID?: string
  readonly URI?: string
  readonly EmailAddress?: string
}

const grantHeaders = [
  ['GrantFullControl', 'FULL_CONTROL', 'x-amz-grant-full-control'],
  ['GrantRead', 'READ', 'x-amz-grant-read'],
  ['GrantWrite', 'WRITE', 'x-amz-grant-write'],
  ['GrantReadACP', 'READ_ACP', 'x-amz-grant-read-acp'],
  ['GrantWriteACP', 'WRITE_ACP', 'x-amz-grant-write-acp'],
] as const satisfies readonly (readonly [keyof AclInput, AclPermission, string])[]

export function hasAcl(input: AclInput): boolean {
  return (
    input.ACL !== undefined ||
    input.AccessControlPolicy !== undefined ||
    grantHeaders.some(([name]) => input[name] !== undefined)
  )
}

/** The ACL that a request asks for; undefined when it asks for none. Throws S3's errors. */
export function readAcl(input: AclInput, owners: AclOwners): Acl | undefined {
  if (!hasAcl(input)) return undefined
  const grants = grantHeaders.flatMap(([name, permission, header]) =>
    readGrantHeader(input[name], { permission, header }),
  )
  if (input.AccessControlPolicy !== undefined && (input.ACL !== undefined || grants.length > 0))
    throw s3Error('UnexpectedContent')
  if (input.ACL !== undefined) {
    if (grants.length > 0) {
      throw s3Error('InvalidRequest', {
        say: 'Specifying both Canned ACLs and Header Grants is not allowed',
      })
    }
    const canned = cannedAcl(input.ACL, owners)
    if (canned === undefined) throw invalidArgument('', 'x-amz-acl', input.ACL)
    return canned
  }
  if (input.AccessControlPolicy === undefined) return { grants }
  return readDocument(input.AccessControlPolicy, owners)
}

function readDocument(document: AccessControlPolicyInput, owners: AclOwners): Acl {
  if (document.Owner?.ID === undefined) throw s3Error('MalformedACLError')
  // AWS: an ACL document names its owner, and cannot change it.
  if (document.Owner.ID !== canonicalIdOf(owners.ownerAccountId)) throw s3Error('AccessDenied')
  const grants = (document.Grants ?? []).map((grant): Grant => {
    const permission = aclPermissions.find((known) => known === grant.Permission)
    if (permission === undefined || grant.Grantee === undefined) throw s3Error('MalformedACLError')
    return { grantee: readGrantee(grant.Grantee), permission }
  })
  return { grants }
}

function readGrantee(input: GranteeInput): Grantee {
  if (input.EmailAddress !== undefined) throw s3Error('UnresolvableGrantByEmailAddress')
  if (input.URI !== undefined) return groupGrantee(input.URI, 'Group/URI')
  if (input.ID !== undefined) return canonicalGrantee(input.ID, 'CanonicalUser/ID')
  throw s3Error('MalformedACLError')
}

/** `id="…", uri="…"`: a list of grantees in one header. */
function readGrantHeader(
  given: string | undefined,
  { permission, header }: { readonly permission: AclPermission; readonly header: string },
): readonly Grant[] {
  if (given === undefined) return []
  return given.split(',').map((part) => {
    const match = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/i.exec(part)
    const [, kind = '', value = ''] = match ?? []
    if (match === null) throw invalidArgument('Argument format not recognized', header, part.trim())
    return { grantee: granteeOf(kind.toLowerCase(), value), permission }
  })
}

function granteeOf(kind: string, value: string): Grantee {
  if (kind === 'id') return canonicalGrantee(value, 'id')
  if (kind === 'uri') return groupGrantee(value, 'uri')
  throw s3Error('UnresolvableGrantByEmailAddress')
}

function canonicalGrantee(id: string, argument: string): Grantee {
  if (!/^[0-9a-f]{64}$/.test(id)) throw invalidArgument('Invalid id', argument, id)
  return { kind: 'canonicalUser', id }
}

function groupGrantee(uri: string, argument: string): Grantee {
  if (!aclGroups.includes(uri)) throw invalidArgument('Invalid group uri', argument, uri)
  return { kind: 'group', uri }
}
