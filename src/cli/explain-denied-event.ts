import { findAction } from '../catalog/index.ts'
import { type DeniedRequest, parseDenial } from './explain-denied-message.ts'
import { asObject } from './policy-source-details.ts'

type Json = Readonly<Record<string, unknown>>

/** Calls whose permission has another name than the call; else they are the same. */
const actionsOfCalls: ReadonlyMap<string, string> = new Map([
  ['s3:HeadObject', 's3:GetObject'],
  ['s3:HeadBucket', 's3:ListBucket'],
  ['s3:ListObjects', 's3:ListBucket'],
  ['s3:ListObjectsV2', 's3:ListBucket'],
  ['s3:ListBuckets', 's3:ListAllMyBuckets'],
  ['s3:CopyObject', 's3:PutObject'],
  ['s3:UploadPart', 's3:PutObject'],
  ['s3:CreateMultipartUpload', 's3:PutObject'],
  ['s3:CompleteMultipartUpload', 's3:PutObject'],
  ['s3:DeleteObjects', 's3:DeleteObject'],
])

/** Reads a CloudTrail event: bare, as EventBridge wraps it, or as `lookup-events` prints it. */
export function parseTrailEvent(event: Json): DeniedRequest | undefined {
  const { eventSource, eventName } = event
  if (typeof eventSource !== 'string' || typeof eventName !== 'string') return undefined
  const told = parseDenial(textOf(event.errorMessage))
  const parameters = asObject(event.requestParameters) ?? {}
  const principal = principalOf(event) ?? told?.principal
  const action = told?.action ?? actionOf(eventSource, eventName)
  const resource = told?.resource ?? resourceOf(event, parameters)
  const resourceAccount = textOf(resourcesOf(event)[0]?.accountId)
  const stated = told?.stated
  return {
    ...(principal === undefined ? {} : { principal }),
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(resourceAccount === '' ? {} : { resourceAccount }),
    ...(stated === undefined ? {} : { stated }),
    context: contextOf(event, parameters),
    lost: [
      ...(principal === undefined ? ['who called: the event names nobody'] : []),
      ...(resource === undefined
        ? [`the resource: ${eventName} does not log it in a known place`]
        : []),
      ...(findAction(action) === undefined
        ? [`the action: \`${action}\` is made from the call’s name`]
        : []),
      'condition keys that CloudTrail does not log, such as tags of the principal and of the resource',
    ],
  }
}

function principalOf(event: Json): string | undefined {
  const identity = asObject(event.userIdentity) ?? {}
  const arn = textOf(identity.arn)
  if (arn !== '') return arn
  if (identity.type === 'AWSService') return textOf(identity.invokedBy) || undefined
  if (identity.type === 'WebIdentityUser' || identity.type === 'SAMLUser') {
    return textOf(identity.identityProvider) || undefined
  }
  return textOf(identity.accountId) === 'anonymous' ? 'anonymous' : undefined
}

function actionOf(eventSource: string, eventName: string): string {
  const service = eventSource.replace(/\.amazonaws\.com(\.cn)?$/, '')
  const call = `${service}:${eventName.replace(/\d{4}_?\d{2}_?\d{2}(v\d+)?$/, '')}`
  return actionsOfCalls.get(call) ?? call
}

function resourcesOf(event: Json): readonly Json[] {
  const list: readonly unknown[] = Array.isArray(event.resources) ? event.resources : []
  return list.flatMap((each): readonly Json[] => {
    const object = asObject(each)
    return object === undefined ? [] : [object]
  })
}

function resourceOf(event: Json, parameters: Json): string | undefined {
  const bucket = textOf(parameters.bucketName)
  if (bucket !== '') {
    const key = textOf(parameters.key)
    return `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`
  }
  const arns = resourcesOf(event).map((each) => textOf(each.ARN) || textOf(each.arn))
  const named = Object.entries(parameters).flatMap(([name, value]) =>
    /arn$/i.test(name) && typeof value === 'string' && value.startsWith('arn:') ? [value] : [],
  )
  return [...named, ...arns].find((arn) => arn !== '')
}

function contextOf(event: Json, parameters: Json): DeniedRequest['context'] {
  const session = asObject(asObject(event.userIdentity)?.sessionContext)
  const tags = (Array.isArray(parameters.tags) ? parameters.tags : []).map((tag) => asObject(tag))
  const pairs = tags.map((tag) => [textOf(tag?.key), textOf(tag?.value)] as const)
  const address = textOf(event.sourceIPAddress)
  const keys: readonly (readonly [string, string | readonly string[]])[] = [
    ['aws:CurrentTime', textOf(event.eventTime)],
    ['aws:SourceIp', /^[\d.]+$|:/.test(address) ? address : ''],
    ['aws:RequestedRegion', textOf(event.awsRegion)],
    ['aws:UserAgent', textOf(event.userAgent)],
    ['aws:SourceVpce', textOf(event.vpcEndpointId)],
    ['aws:MultiFactorAuthPresent', textOf(asObject(session?.attributes)?.mfaAuthenticated)],
    ['aws:SourceIdentity', textOf(session?.sourceIdentity)],
    ['sts:ExternalId', textOf(parameters.externalId)],
    ['sts:RoleSessionName', textOf(parameters.roleSessionName)],
    ['sts:SourceIdentity', textOf(parameters.sourceIdentity)],
    ...pairs.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
    ['aws:TagKeys', pairs.map(([key]) => key)],
  ]
  return Object.fromEntries(keys.filter(([, value]) => value.length > 0))
}

/** Reads what `aws sts decode-authorization-message` prints, or the JSON inside it. */
export function parseDecodedMessage(message: Json): DeniedRequest | undefined {
  const context = asObject(message.context)
  if (context === undefined || typeof message.allowed !== 'boolean') return undefined
  const principal = textOf(asObject(context.principal)?.arn)
  const resource = textOf(context.resource)
  const conditions = itemsOf(context.conditions).map(
    (each) => [textOf(each.key), itemsOf(each.values).map((value) => textOf(value.value))] as const,
  )
  const isExplicit = message.explicitDeny === true
  return {
    ...(principal === '' ? {} : { principal }),
    action: textOf(context.action),
    ...(resource === '' ? {} : { resource }),
    context: Object.fromEntries(
      conditions.filter(([key, values]) => isKey(key) && values.length > 0),
    ),
    stated: { kind: isExplicit ? 'explicitDeny' : 'implicitDeny', policy: 'policy' },
    lost: [],
  }
}

/** The message also lists parts of the resource under names of its own, such as `ec2:Region` and `aws:Account`. */
function isKey(key: string): boolean {
  return key.includes(':') && !/^aws:(Region|Service|Resource|Type|Account|ID|ARN)$/.test(key)
}

function itemsOf(list: unknown): readonly Json[] {
  const items = asObject(list)?.items
  const all: readonly unknown[] = Array.isArray(items) ? items : []
  return all.flatMap((each): readonly Json[] => {
    const object = asObject(each)
    return object === undefined ? [] : [object]
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
