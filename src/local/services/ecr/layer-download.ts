import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseAccountId } from '../../../core/index.ts'
import type { ExtraRequest } from '../../http/extra-route.ts'
import type { LocalTools } from '../../operation.ts'
import type { WireResponse } from '../../protocol/wire.ts'
import { isClosed } from '../organizations/organization-context.ts'
import { layerLinkPrefix } from './layer-link.ts'
import { findLayer } from './layers.ts'
import type { RepositoryPlace } from './repository.ts'
import { serverKey } from './server-key.ts'

const lifetimeMs = 60 * 60 * 1000

export interface LayerLink {
  readonly place: RepositoryPlace
  readonly digest: string
}

type Tools = Pick<LocalTools, 'store' | 'randomBytes'>

/** A link that downloads one layer for an hour. Whoever has it needs no credentials, as with AWS's own. */
export function signLayerLink(
  tools: Tools,
  link: LayerLink,
  when: { readonly nowMs: number; readonly endpoint: string },
): string {
  const path = pathOf(link)
  const expires = String(when.nowMs + lifetimeMs)
  const signature = sign(tools, path, expires).toString('base64url')
  return `${when.endpoint}${path}?${new URLSearchParams({ expires, signature })}`
}

/** Answers such a link. */
export function downloadLayer(request: ExtraRequest, tools: LocalTools): WireResponse {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
  const query = new URLSearchParams(request.query)
  const expires = query.get('expires') ?? ''
  const stated = Buffer.from(query.get('signature') ?? '', 'base64url')
  const expected = sign(tools, request.path, expires)
  if (stated.length !== expected.length || !timingSafeEqual(stated, expected)) return refuse(403)
  if (!(Number(expires) > request.nowMs)) return refuse(403)
  const link = readPath(request.path)
  if (link !== undefined && isClosed(tools.store, link.place.registryId)) return refuse(403)
  const layer = link === undefined ? undefined : findLayer(tools.store, link.place, link.digest)
  if (layer === undefined) return refuse(404)
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(layer.size),
      etag: `"${layer.digest}"`,
    },
    body: request.method === 'HEAD' ? '' : { blobId: layer.blobId, start: 0, end: layer.size - 1 },
  }
}

function sign(tools: Tools, path: string, expires: string): Buffer {
  return createHmac('sha256', serverKey(tools)).update(`layer\n${path}\n${expires}`).digest()
}

function pathOf({ place, digest }: LayerLink): string {
  const { registryId, region, repositoryName } = place
  return `${layerLinkPrefix}${registryId}/${region}/${repositoryName}/${digest}`
}

/** Only ever reads what `pathOf` wrote: the signature covers the path. */
function readPath(path: string): LayerLink | undefined {
  const [account = '', region = '', ...rest] = path.slice(layerLinkPrefix.length).split('/')
  const registryId = parseAccountId(account)
  const digest = rest.at(-1)
  if (registryId === undefined || digest === undefined) return undefined
  return { place: { registryId, region, repositoryName: rest.slice(0, -1).join('/') }, digest }
}

function refuse(status: number): WireResponse {
  return { status, headers: { 'content-type': 'text/plain' }, body: '' }
}
