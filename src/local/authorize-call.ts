import type { Decision, PolicyLayers, Request } from '../core/index.ts'
import { authorize, renderDenial } from '../core/index.ts'
import { encodeAuthorizationMessage } from './authorization-message.ts'
import type { CallerLayers } from './caller-policies.ts'
import { callerLayers, findCallerHolder, noLayers } from './caller-policies.ts'
import { readingsOf } from './context-readings.ts'
import type { RecordedDecision } from './event-history.ts'
import { addStated, type ContextDraft, globalContext } from './global-context.ts'
import { renderIamDenial } from './iam-denial.ts'
import type { AuthorizationQuestion, Call, ServiceName } from './operation.ts'
import type { PolicyCompiler } from './policy-compiler.ts'
import { ServiceError } from './service-error.ts'
import { controlLevels } from './services/organizations/control-levels.ts'
import {
  isClosed,
  resourceOrganizationContext,
} from './services/organizations/organization-context.ts'
import { dialectOf, faultError } from './signature/fault-error.ts'

export interface AuthorizationTools {
  readonly compiler: PolicyCompiler
  /** Told of every decision, the last one being the denial if there is one. */
  readonly onDecision: (decision: RecordedDecision) => void
}

/**
 * Asks the engine every question of a call and throws the service's own denial at the first no.
 * A call without questions needs no permission.
 */
export function authorizeCall(
  tools: AuthorizationTools,
  questions: readonly AuthorizationQuestion[],
  given: Call,
): void {
  const { spread } = given.store
  const call = spread === undefined ? given : { ...given, store: spread }
  requireUsableSession(call)
  requireOpenAccount(call)
  if (questions.length === 0) return
  const caller = callerAsks(tools, call)
  for (const question of questions) {
    const asker =
      question.principal === undefined ? caller : anonymousAsks(question.principal, call)
    const whole: Request = {
      principal: asker.principal,
      action: question.action,
      resource: question.resource,
      resourceAccount: question.resourceAccount,
      context: questionContext(asker, question, call),
    }
    requireOpenResource(whole, question, call)
    const { identity, boundary, session, scp } = asker.layers
    const { resource, rcp } = resourceLayers(tools, question, call)
    const layers: PolicyLayers = { identity, boundary, session, resource, scp, rcp, vpce: null }
    const { request, decision } = decideReadings(whole, layers, call.service)
    if (decision.kind === 'allow') {
      tools.onDecision({ request, layers, decision })
      continue
    }
    tools.onDecision(recordedDenial(call, { request, layers, decision }))
    throw denial(request, decision, call.service)
  }
}

/** The first reading of the request that is not allowed, or the first of all. */
function decideReadings(
  whole: Request,
  layers: PolicyLayers,
  service: ServiceName,
): { readonly request: Request; readonly decision: Decision } {
  const readings = readingsOf(whole.context)
  if (readings === undefined) throw bareDenial(whole, service)
  const decided = readings.map((context) => {
    const request = context === whole.context ? whole : { ...whole, context }
    return { request, decision: authorize(request, layers) }
  })
  const refused = decided.find(({ decision }) => decision.kind !== 'allow') ?? decided[0]
  if (refused === undefined) throw new Error('bug: every context has a reading')
  return refused
}

/** Whom a question is about: what follows from that alone. */
interface Asker {
  readonly principal: Request['principal']
  /** What follows for the request context, as a new draft. */
  readonly newContext: () => ContextDraft
  readonly layers: CallerLayers & Pick<PolicyLayers, 'scp'>
}

function callerAsks(tools: AuthorizationTools, call: Call): Asker {
  const { caller, store } = call
  if (caller.kind === 'anonymous') return anonymousAsks(caller.principal, call)
  const holder = findCallerHolder(store, caller)
  const asking = { store, compiler: tools.compiler }
  const { identity, boundary, session } = callerLayers(asking, caller, holder)
  // AWS: service control policies limit the principals of the organization's member accounts, wherever they act.
  const { scp } = controlLevels(asking, caller.accountId)
  return {
    principal: caller.principal,
    newContext: () => globalContext(call, { caller, holder }),
    layers: { identity, boundary, session, scp },
  }
}

/** Of whoever is in no account: an identity provider too has no policies of its own, and nothing of who may have signed counts for it. */
function anonymousAsks(principal: Request['principal'], call: Call): Asker {
  return { principal, newContext: () => globalContext(call), layers: { ...noLayers, scp: [] } }
}

/** What the server knows stands above what the operation says. */
function questionContext(
  asker: Asker,
  { context: own, secondFactor, resourceAccount, region }: AuthorizationQuestion,
  { store }: Call,
): ContextDraft {
  const context = asker.newContext()
  context['aws:ResourceAccount'] = resourceAccount
  if (region !== undefined) context['aws:RequestedRegion'] = region
  if (secondFactor !== undefined) {
    context['aws:MultiFactorAuthPresent'] = 'true'
    context['aws:MultiFactorAuthAge'] = 0
  }
  addStated(context, resourceOrganizationContext(store, resourceAccount))
  if (own !== undefined) addStated(context, own)
  return context
}

/** Nobody calls from a closed account: its keys are as good as deleted. */
function requireOpenAccount({ store, service, caller }: Call): void {
  if (caller.kind === 'anonymous' || !isClosed(store, caller.accountId)) return
  const { accessKeyId, session } = caller
  const fault =
    session === undefined
      ? { kind: 'unknownKey' as const, accessKeyId }
      : { kind: 'invalidToken' as const }
  throw faultError(fault, dialectOf(service))
}

/** Nobody reaches into a closed account either, and nobody is told why. */
function requireOpenResource(
  request: Request,
  { resourceAccount, keeperAccount = resourceAccount }: AuthorizationQuestion,
  { store, service }: Call,
): void {
  if (!isClosed(store, resourceAccount) && !isClosed(store, keeperAccount)) return
  throw bareDenial(request, service)
}

/** A refusal that does not say why. */
function bareDenial(request: Request, service: ServiceName): ServiceError {
  const { code, status } = denials[service]
  const who = 'arn' in request.principal ? request.principal.arn : 'anonymous'
  const message = `User: ${who} is not authorized to perform: ${request.action} on resource: ${request.resource}`
  return new ServiceError(code, service === 's3' ? 'Access Denied' : message, { status })
}

/** What the resource's own policy says, and the organization of the account that owns it. */
function resourceLayers(
  { compiler }: AuthorizationTools,
  question: AuthorizationQuestion,
  { store }: Call,
): Pick<PolicyLayers, 'resource' | 'rcp'> {
  const { resourceAccount, keeperAccount, resourcePolicy: policy } = question
  const own = controlLevels({ store, compiler }, resourceAccount).rcp
  // AWS leaves open which account's bind another's object in a bucket: here both do.
  const rcp =
    keeperAccount === undefined
      ? own
      : [...own, ...controlLevels({ store, compiler }, keeperAccount).rcp]
  if (policy === undefined) return { resource: null, rcp }
  return { resource: compiler(policy.document, { type: policy.type, label: policy.name }), rcp }
}

/** It is remembered for a thousand calls, so it holds on to what it needs of the call and no more. */
function recordedDenial(
  { store, randomBytes }: Call,
  decided: Omit<RecordedDecision, 'encode'>,
): RecordedDecision {
  const { request, decision } = decided
  const encode = () => encodeAuthorizationMessage({ store, randomBytes }, request, decision)
  return { ...decided, encode }
}

type Denied = Exclude<Decision, { readonly kind: 'allow' }>

function denial(request: Request, decision: Denied, service: ServiceName): ServiceError {
  const { code, status, render } = denials[service]
  return new ServiceError(code, render(request, renderDenial(request, decision)), { status })
}

interface DenialRow {
  readonly code: string
  readonly status: number
  readonly render: (request: Request, message: string) => string
}

const asItIs: DenialRow['render'] = (_request, message) => message

/** How each service words a denial. */
const denials: Readonly<Record<ServiceName, DenialRow>> = {
  sts: { code: 'AccessDenied', status: 403, render: renderStsDenial },
  iam: { code: 'AccessDenied', status: 403, render: renderIamDenial },
  ecr: { code: 'AccessDeniedException', status: 400, render: asItIs },
  organizations: { code: 'AccessDeniedException', status: 400, render: asItIs },
  cloudtrail: { code: 'AccessDeniedException', status: 400, render: asItIs },
  s3: { code: 'AccessDenied', status: 403, render: renderS3Denial },
}

/** AWS: whoever comes by an identity provider is told the action alone, and nobody why a root user is out of reach. */
function renderStsDenial({ principal, action, resource }: Request, message: string): string {
  if (principal.kind === 'federated') return `Not authorized to perform ${action}`
  const end = ` on resource: ${resource}`
  const at = action === 'sts:AssumeRoot' ? message.indexOf(end) : -1
  return at === -1 ? message : message.slice(0, at + end.length)
}

/** AWS: S3 quotes the resource, leaves `*` out, and tells strangers and callers of other accounts nothing. */
function renderS3Denial(request: Request, message: string): string {
  const { principal, resource, resourceAccount } = request
  const isInAccount = 'accountId' in principal && principal.accountId === resourceAccount
  if (!isInAccount) return 'Access Denied'
  if (resource === '*') return message.replace(' on resource: *', '')
  return message.replace(`on resource: ${resource}`, `on resource: "${resource}"`)
}

/**
 * AWS: what `GetSessionToken` gives without a second factor is no use for IAM, and in STS only for few calls.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
function requireUsableSession(call: Call): void {
  if (call.caller.kind === 'anonymous') return
  const { session } = call.caller
  if (session?.kind !== 'sessionToken') return
  if (call.service === 'iam' && session.mfaAuthenticatedAtMs === undefined) {
    const message = 'The security token included in the request is invalid'
    throw new ServiceError('InvalidClientTokenId', message, { status: 403 })
  }
  if (call.service === 'sts' && !openToSessionTokens.has(call.operation)) {
    const message = `Cannot call ${call.operation} with session credentials`
    throw new ServiceError('AccessDenied', message, { status: 403 })
  }
}

const openToSessionTokens: ReadonlySet<string> = new Set([
  'AssumeRole',
  'GetCallerIdentity',
  'GetWebIdentityToken',
])
