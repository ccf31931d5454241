import { expandActions, findAction } from './action.ts'
import { findResourceType } from './resource-type.ts'

/** The service of `s3:Get*`; undefined for `*` and for patterns over services. */
export function serviceOfPattern(pattern: string): string | undefined {
  const colon = pattern.indexOf(':')
  const prefix = pattern.slice(0, Math.max(colon, 0))
  return colon < 0 || /[*?]/.test(prefix) ? undefined : prefix
}

/** The ARN of one bucket as a whole: no wildcard, no variable, no object. */
export function isBucketArn(resource: string): boolean {
  return /^arn:[^:]*:s3:::[^/*?$]+$/.test(resource)
}

/** Whether every action that the pattern names works on the objects of buckets. */
export function isObjectAction(pattern: string): boolean {
  const actions = expandActions(pattern)
  return (
    actions.length > 0 &&
    actions.every((action) =>
      findAction(action)?.resourceTypes.some(({ name }) => name === 'object'),
    )
  )
}

/** For remedies: what the first action of the pattern works on, in AWS's own formats. */
export function describeResources(pattern: string): string {
  const [action = pattern] = expandActions(pattern)
  const service = action.slice(0, action.indexOf(':'))
  const formats = (findAction(action)?.resourceTypes ?? []).flatMap(
    ({ name }) => findResourceType(service, name)?.arnFormat ?? [],
  )
  if (formats.length === 0) return `\`${action}\` names no resource: allow it on \`*\``
  return `\`${action}\` works on ${formats.map((format) => `\`${format}\``).join(', ')}`
}

/** What an S3 ARN with an account id in it was meant to be; undefined for any other. */
export function meantBucketArn(
  resource: string,
): { readonly accountId: string; readonly meant: string } | undefined {
  const parts = /^(arn:[^:]*:s3:::)(\d{12})\/([^/]+)(\/.*)?$/.exec(resource)
  if (parts === null) return undefined
  const [, start = '', accountId = '', bucket = '', rest = ''] = parts
  const whole = `\`${start}${bucket}\` or \`${start}${bucket}/*\``
  return { accountId, meant: rest === '' ? whole : `\`${start}${bucket}${rest}\`` }
}
