import type { RequestContext } from '../../../../core/index.ts'
import type { AclInput } from '../acl/read-acl.ts'

const keys = {
  ACL: 's3:x-amz-acl',
  GrantFullControl: 's3:x-amz-grant-full-control',
  GrantRead: 's3:x-amz-grant-read',
  GrantReadACP: 's3:x-amz-grant-read-acp',
  GrantWrite: 's3:x-amz-grant-write',
  GrantWriteACP: 's3:x-amz-grant-write-acp',
} as const satisfies Readonly<Partial<Record<keyof AclInput, string>>>

/** The condition keys that say which ACL a request asks for. */
export function aclContext(input: AclInput): RequestContext {
  return pickContext(input, keys)
}

/** The members of an input that are condition keys as they stand; absent members give no key. */
export function pickContext(
  input: object,
  names: Readonly<Record<string, string>>,
): RequestContext {
  const given = new Map<string, unknown>(Object.entries(input))
  return Object.fromEntries(
    Object.entries(names).flatMap(([member, key]) => {
      const value = given.get(member)
      return typeof value === 'string' || typeof value === 'number' ? [[key, value]] : []
    }),
  )
}
