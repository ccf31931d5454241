import type { AccountId } from '../../../core/index.ts'
import type { EventHistory } from '../../event-history.ts'
import type { Call, Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { isManagementCall, regionOf } from './management-event.ts'
import { type TrailEvent, trailEvent } from './trail-event.ts'

interface Input {
  readonly LookupAttributes?: readonly Attribute[]
  readonly StartTime?: Date
  readonly EndTime?: Date
  readonly EventCategory?: string
  readonly MaxResults?: number
  readonly NextToken?: string
}

interface Attribute {
  readonly AttributeKey: string
  readonly AttributeValue: string
}

/**
 * The management events of the caller's account in the region called, latest first: of the last ninety days, as far as the
 * event history reaches.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function lookupEvents(history: EventHistory): Operation {
  const operation: Operation<Input> = {
    service: 'cloudtrail',
    name: 'LookupEvents',
    authorize: (_input, call) => [
      {
        action: 'cloudtrail:LookupEvents',
        resource: '*',
        resourceAccount: requireAccountId(call),
      },
    ],
    run(input, call) {
      requireValid(input)
      const found = eventsOf(history, call).filter((event) => isWanted(event, input))
      const rest = afterToken(found, input)
      const page = rest.slice(0, input.MaxResults ?? mostResults)
      const last = page.at(-1)
      const hasMore = last !== undefined && page.length < rest.length
      return {
        Events: page.map(renderEvent),
        ...(hasMore ? { NextToken: tokenOf(last, input) } : {}),
      }
    },
  }
  return operation as unknown as Operation
}

const mostResults = 50
const ninetyDaysMs = 90 * 86_400_000

function requireAccountId({ caller }: Call): AccountId {
  if (caller.kind === 'authenticated') return caller.accountId
  throw new ServiceError('AccessDeniedException', 'User: anonymous is not authorized')
}

/** Latest first. */
function eventsOf(history: EventHistory, call: Call): readonly TrailEvent[] {
  const accountId = requireAccountId(call)
  return history
    .callsOf(accountId)
    .toReversed()
    .filter(isManagementCall)
    .filter((one) => regionOf(one) === call.region && one.atMs > call.nowMs - ninetyDaysMs)
    .map((one) => trailEvent(one, accountId))
}

/** What each attribute is compared with. */
const attributes: Readonly<Record<string, (event: TrailEvent) => readonly (string | undefined)[]>> =
  {
    EventId: (event) => [event.id],
    EventName: (event) => [event.name],
    ReadOnly: (event) => [event.readOnly],
    Username: (event) => [event.userName],
    ResourceType: (event) => event.resources.map((one) => one.ResourceType),
    ResourceName: (event) => event.resources.map((one) => one.ResourceName),
    EventSource: (event) => [event.source],
    AccessKeyId: (event) => [event.accessKeyId],
  }

function requireValid(input: Input): void {
  const { LookupAttributes: asked = [], MaxResults: count, StartTime: start, EndTime: end } = input
  if (asked.length > 1 || asked.some((one) => !Object.hasOwn(attributes, one.AttributeKey))) {
    throw refused('InvalidLookupAttributesException', 'You can look up events by one attribute.')
  }
  if (count !== undefined && (count < 1 || count > mostResults)) {
    throw refused('InvalidMaxResultsException', 'Max results must be between 1 and 50.')
  }
  if (start !== undefined && end !== undefined && start > end) {
    throw refused('InvalidTimeRangeException', 'The start time must be before the end time.')
  }
  if (input.EventCategory !== undefined && input.EventCategory !== 'insight') {
    throw refused('InvalidEventCategoryException', 'The event category is not valid.')
  }
}

function refused(code: string, message: string): ServiceError {
  return new ServiceError(code, message)
}

/** There are no insight events here. */
function isWanted(event: TrailEvent, input: Input): boolean {
  const { StartTime: start, EndTime: end, LookupAttributes: asked = [] } = input
  if (input.EventCategory !== undefined) return false
  // Times travel in whole seconds.
  const second = Math.floor(event.atMs / 1000) * 1000
  if (start !== undefined && second < Math.floor(start.getTime() / 1000) * 1000) return false
  if (end !== undefined && second > end.getTime()) return false
  return asked.every(({ AttributeKey: key, AttributeValue: value }) =>
    attributes[key]?.(event).includes(value),
  )
}

/** What else was asked: a token continues its own question alone. */
function questionOf({ LookupAttributes, StartTime, EndTime, EventCategory }: Input): string {
  return JSON.stringify([LookupAttributes ?? [], StartTime, EndTime, EventCategory])
}

function tokenOf(last: TrailEvent, input: Input): string {
  const text = JSON.stringify({ after: last.id, question: questionOf(input) })
  return Buffer.from(text).toString('base64')
}

/** What follows the event that the token names; nothing where the history has forgotten that one. */
function afterToken(found: readonly TrailEvent[], input: Input): readonly TrailEvent[] {
  if (input.NextToken === undefined) return found
  const after = readToken(input.NextToken, questionOf(input))
  const at = found.findIndex((event) => event.id === after)
  return at < 0 ? [] : found.slice(at + 1)
}

function readToken(token: string, question: string): string {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64').toString())
    if (isToken(read) && read.question === question) return read.after
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw refused('InvalidNextTokenException', 'The next token is not valid for this request.')
}

function isToken(value: unknown): value is { readonly after: string; readonly question: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'after' in value &&
    typeof value.after === 'string' &&
    'question' in value
  )
}

function renderEvent(event: TrailEvent): object {
  return {
    EventId: event.id,
    EventName: event.name,
    ReadOnly: event.readOnly,
    EventTime: new Date(event.atMs),
    EventSource: event.source,
    Resources: event.resources,
    CloudTrailEvent: JSON.stringify(event.record()),
    ...(event.accessKeyId === undefined ? {} : { AccessKeyId: event.accessKeyId }),
    ...(event.userName === undefined ? {} : { Username: event.userName }),
  }
}
