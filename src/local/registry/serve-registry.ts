import type { ExtraRequest } from '../http/extra-route.ts'
import type { CallNotes, DispatchTools } from '../incoming.ts'
import { noteFailure } from '../note-failure.ts'
import type { WireResponse } from '../protocol/wire.ts'
import { ServiceError } from '../service-error.ts'
import { getBlob, headBlob } from './blob-endpoints.ts'
import { listReferrers, listRepositories, listTags } from './list-endpoints.ts'
import { deleteManifest, getManifest, putManifest } from './manifest-endpoints.ts'
import type { RegistryCall } from './registry-call.ts'
import { registryError, writeRegistryError } from './registry-error.ts'
import { type EndpointKind, type RegistryTarget, readTarget } from './registry-path.ts'
import { readToken } from './registry-token.ts'
import {
  appendToUpload,
  beginBlobUpload,
  cancelUpload,
  completeUpload,
  showUpload,
} from './upload-endpoints.ts'

type Endpoint = (registry: RegistryCall) => WireResponse | Promise<WireResponse>

/** What the registry does, by what the path names and the method. ECR has no deletion of single blobs either. */
const endpoints: Readonly<Record<EndpointKind, Readonly<Partial<Record<string, Endpoint>>>>> = {
  manifest: { GET: getManifest, HEAD: getManifest, PUT: putManifest, DELETE: deleteManifest },
  blob: { GET: getBlob, HEAD: headBlob },
  beginUpload: { POST: beginBlobUpload },
  upload: { GET: showUpload, PATCH: appendToUpload, PUT: completeUpload, DELETE: cancelUpload },
  tags: { GET: listTags },
  referrers: { GET: listReferrers },
}

/**
 * Answers one request to the OCI registry: who the token stands for, what is asked, whether it is allowed now, and done.
 * Never throws.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export async function serveRegistry(
  tools: DispatchTools,
  request: ExtraRequest,
): Promise<WireResponse> {
  const notes: CallNotes = {
    requestId: tools.randomBytes(16).toString('hex'),
    atMs: tools.clock.nowMs(),
    service: 'ecr',
  }
  const answer = await answerOrRefuse(tools, request, notes)
  if (notes.operation !== undefined || answer.status >= 400)
    record(tools, request, { ...notes, status: answer.status })
  const headers = { 'docker-distribution-api-version': 'registry/2.0', ...answer.headers }
  return { ...answer, headers }
}

async function answerOrRefuse(
  tools: DispatchTools,
  request: ExtraRequest,
  notes: CallNotes,
): Promise<WireResponse> {
  try {
    return await answer(tools, request, notes)
  } catch (error) {
    const shown = shownError(error)
    noteFailure(notes, error, shown)
    return writeRegistryError(shown)
  }
}

function shownError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  const isBrokenOff = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
  if (isBrokenOff) return registryError('IncompleteBody', 'the body broke off', error)
  return registryError('InternalFailure', 'the registry failed', error)
}

async function answer(
  tools: DispatchTools,
  request: ExtraRequest,
  notes: CallNotes,
): Promise<WireResponse> {
  const trouble = tools.faults?.meet('ecr')
  if (trouble !== undefined) await trouble
  const token = readToken(tools, request.headers.authorization, tools.clock.nowMs())
  if (token.kind === 'none') return askToSignIn(request)
  if (token.kind === 'invalid') throw invalidToken()
  const { caller, region } = token
  notes.accountId = caller.accountId
  notes.principalArn = caller.principal.arn
  notes.accessKeyId = caller.accessKeyId
  const target = readTarget(request)
  if (target.kind === 'base') return { status: 200, headers: {}, body: '' }
  notes.region = regionOf(target)
  if (notes.region !== region) throw invalidToken()
  const query = new URLSearchParams(request.query)
  const call = { tools, request, caller, query, notes }
  if (target.kind === 'catalog') {
    if (request.method !== 'GET') throw unsupported(request)
    return listRepositories(call, target.registry)
  }
  const endpoint = endpoints[target.endpoint][request.method]
  if (endpoint === undefined) throw unsupported(request)
  return await endpoint({ ...call, target })
}

function regionOf(target: Exclude<RegistryTarget, { readonly kind: 'base' }>): string {
  return target.kind === 'catalog' ? target.registry.region : target.place.region
}

function askToSignIn(request: ExtraRequest): WireResponse {
  return {
    status: 401,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'www-authenticate': `Basic realm="${request.endpoint}/",service="ecr.amazonaws.com"`,
    },
    body: 'Not Authorized\n',
  }
}

function invalidToken(): ServiceError {
  return new ServiceError(
    'AccessDeniedException',
    "Your authorization token is not valid here or has expired. Run 'aws ecr get-login-password' to get a new one.",
  )
}

function unsupported(request: ExtraRequest): ServiceError {
  return registryError('Unsupported', `${request.method} is not supported here`)
}

function record(
  tools: DispatchTools,
  request: ExtraRequest,
  notes: CallNotes & { readonly status: number },
): void {
  const userAgent = request.headers['user-agent']
  tools.history.record({
    requestId: '',
    atMs: 0,
    service: 'ecr',
    decisions: [],
    sourceIp: request.sourceIp,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...notes,
  })
}
