import { createHash } from 'node:crypto'
import { parseArn } from '../../../core/index.ts'
import { isReadOnly, type ManagementCall, regionOf } from './management-event.ts'
import { userIdentity, userNameOf } from './user-identity.ts'

/** What `LookupEvents` tells of one call to one account; the record itself is made when it is shown. */
export interface TrailEvent {
  readonly id: string
  readonly name: string
  readonly readOnly: string
  readonly accessKeyId?: string
  readonly atMs: number
  readonly source: string
  readonly userName?: string
  readonly resources: readonly TrailResource[]
  readonly record: () => object
}

interface TrailResource {
  readonly ResourceType: string
  readonly ResourceName: string
}

/** The event of a call as `recipient` has it: the caller's account, or that of what was acted on. */
export function trailEvent(call: ManagementCall, recipient: string): TrailEvent {
  const userName = userNameOf(call, recipient)
  const isOwn = call.accountId === recipient
  return {
    id: eventId(call, recipient),
    name: call.operation,
    readOnly: String(isReadOnly(call)),
    atMs: call.atMs,
    source: `${call.service}.amazonaws.com`,
    resources: resourcesOf(call),
    record: () => trailRecord(call, recipient),
    ...(call.accessKeyId === undefined || !isOwn ? {} : { accessKeyId: call.accessKeyId }),
    ...(userName === undefined ? {} : { userName }),
  }
}

/**
 * One record in CloudTrail's format.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
function trailRecord(call: ManagementCall, recipient: string): object {
  const resources = arnsOf(call).map(({ arn, accountId }) => {
    const type = resourceTypeOf(arn)
    return { accountId, ...(type === undefined ? {} : { type }), ARN: arn }
  })
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(call, recipient),
    eventTime: `${new Date(call.atMs).toISOString().slice(0, 19)}Z`,
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.operation,
    awsRegion: regionOf(call),
    sourceIPAddress: call.sourceIp,
    ...(call.userAgent === undefined ? {} : { userAgent: call.userAgent }),
    ...(call.errorCode === undefined ? {} : { errorCode: call.errorCode }),
    ...(call.errorMessage === undefined ? {} : { errorMessage: call.errorMessage }),
    requestParameters: parametersOf(call),
    responseElements: null,
    requestID: call.requestId,
    eventID: eventId(call, recipient),
    readOnly: isReadOnly(call),
    ...(resources.length === 0 ? {} : { resources }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: recipient,
    ...(isShared(call) ? { sharedEventID: uuidOf(`${call.requestId} shared`) } : {}),
    eventCategory: 'Management',
  }
}

function parametersOf({ parameters }: ManagementCall): object | null {
  return parameters === undefined || Object.keys(parameters).length === 0 ? null : parameters
}

/** Two accounts have an event of the call each. */
function isShared(call: ManagementCall): boolean {
  if (call.status >= 400 || call.accountId === undefined) return false
  const owner = call.decisions[0]?.request.resourceAccount ?? call.accountId
  return owner !== call.accountId
}

function eventId(call: ManagementCall, recipient: string): string {
  return uuidOf(`${call.requestId} ${recipient}`)
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = `8${hex.slice(17, 20)}`
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant,
    hex.slice(20, 32),
  ].join('-')
}

interface ActedOn {
  readonly arn: string
  readonly accountId: string
}

/** What the engine was asked about, each once. */
function arnsOf({ decisions }: ManagementCall): readonly ActedOn[] {
  const byArn = new Map<string, ActedOn>()
  for (const { request } of decisions) {
    const { resource, resourceAccount } = request
    if (parseArn(resource) === undefined || resource.includes('*')) continue
    byArn.set(resource, { arn: resource, accountId: resourceAccount })
  }
  return [...byArn.values()]
}

/** AWS lists a resource twice, by its ARN and by its name. */
function resourcesOf(call: ManagementCall): readonly TrailResource[] {
  return arnsOf(call).flatMap(({ arn }) => {
    const ResourceType = resourceTypeOf(arn)
    if (ResourceType === undefined) return []
    const { resource = '' } = parseArn(arn) ?? {}
    const name = resource.slice(resource.lastIndexOf('/') + 1)
    const names = name === '' ? [arn] : [arn, name]
    return names.map((ResourceName) => ({ ResourceType, ResourceName }))
  })
}

function resourceTypeOf(arn: string): string | undefined {
  return resourceTypes.find(({ of }) => of.test(arn))?.type
}

const resourceTypes: readonly { readonly of: RegExp; readonly type: string }[] = [
  { of: /^arn:aws:iam::\d+:role\//, type: 'AWS::IAM::Role' },
  { of: /^arn:aws:iam::\d+:user\//, type: 'AWS::IAM::User' },
  { of: /^arn:aws:iam::\d+:group\//, type: 'AWS::IAM::Group' },
  { of: /^arn:aws:iam::\w+:policy\//, type: 'AWS::IAM::Policy' },
  { of: /^arn:aws:iam::\d+:instance-profile\//, type: 'AWS::IAM::InstanceProfile' },
  { of: /^arn:aws:s3:::[^/]+$/, type: 'AWS::S3::Bucket' },
  { of: /^arn:aws:ecr:[^:]*:\d+:repository\//, type: 'AWS::ECR::Repository' },
  { of: /^arn:aws:organizations::\d+:account\//, type: 'AWS::Organizations::Account' },
  { of: /^arn:aws:organizations::\d+:ou\//, type: 'AWS::Organizations::OrganizationalUnit' },
  { of: /^arn:aws:organizations::\w+:policy\//, type: 'AWS::Organizations::Policy' },
]
