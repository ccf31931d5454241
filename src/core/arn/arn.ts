/**
 * The six parts of an Amazon Resource Name. `region` and `accountId` are empty where the service leaves them out;
 * `resource` is everything after the fifth colon.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly accountId: string
  readonly resource: string
}

/**
 * The ARN that `text` is, or undefined: six segments, of which partition, service and resource are not empty.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function parseArn(text: string): Arn | undefined {
  const segments = splitArn(text)
  if (segments === undefined || segments[0] !== 'arn') return undefined
  const [, partition, service, region, accountId, resource] = segments
  if (partition === '' || service === '' || resource === '') return undefined
  return { partition, service, region, accountId, resource }
}

/** The text of an ARN; the inverse of `parseArn`. */
export function renderArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`
}

export type ArnSegments = readonly [string, string, string, string, string, string]

/** Splits at the first five colons; undefined when there are fewer. Patterns split the same way as ARNs. */
export function splitArn(text: string): ArnSegments | undefined {
  // Written out: this runs for every principal and resource, and a list of ends costs as much as the rest.
  const a = text.indexOf(':')
  const b = a < 0 ? a : text.indexOf(':', a + 1)
  const c = b < 0 ? b : text.indexOf(':', b + 1)
  const d = c < 0 ? c : text.indexOf(':', c + 1)
  const e = d < 0 ? d : text.indexOf(':', d + 1)
  if (e < 0) return undefined
  return [
    text.slice(0, a),
    text.slice(a + 1, b),
    text.slice(b + 1, c),
    text.slice(c + 1, d),
    text.slice(d + 1, e),
    text.slice(e + 1),
  ]
}
