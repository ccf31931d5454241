import type { ServiceName } from '../operation.ts'
import type { RequestHead } from '../signature/canonical-request.ts'
import type { SignatureReading } from '../signature/read-signature.ts'

export type TargetService =
  | { readonly kind: 'built'; readonly service: ServiceName }
  | { readonly kind: 'notBuilt'; readonly service: string }

/** Which service a request is for: a signature says so under its seal; without one the form of the request must do. */
export function findTargetService(head: RequestHead, signature: SignatureReading): TargetService {
  const signed = signedService(signature)
  if (signed !== undefined) return named(signed)
  const target = head.headers['x-amz-target']
  if (target !== undefined) {
    return named(targets.find(([prefix]) => target.startsWith(prefix))?.[1] ?? '')
  }
  if (!isQuery(head)) return named('s3')
  const version = new URLSearchParams(head.query).get('Version')
  return named(version === '2010-05-08' ? 'iam' : 'sts')
}

/** Whether a request names its operation in a parameter `Action`, as a form or in its address. */
export function isQuery({ headers, query }: RequestHead): boolean {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  return isForm === true || new URLSearchParams(query).has('Action')
}

function signedService(signature: SignatureReading): string | undefined {
  if (signature.kind === 'signed') return signature.presented.scope.service
  return signature.kind === 'fault' ? signature.service : undefined
}

const targets = [
  ['AmazonEC2ContainerRegistry', 'ecr'],
  ['AWSOrganizations', 'organizations'],
  ['CloudTrail', 'cloudtrail'],
] as const

const built: ReadonlyMap<string, ServiceName> = new Map([
  ['sts', 'sts'],
  ['iam', 'iam'],
  ['s3', 's3'],
  ['ecr', 'ecr'],
  ['organizations', 'organizations'],
  ['cloudtrail', 'cloudtrail'],
])

function named(service: string): TargetService {
  const found = built.get(service)
  return found === undefined ? { kind: 'notBuilt', service } : { kind: 'built', service: found }
}
