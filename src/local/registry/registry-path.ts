import { parseAccountId } from '../../core/index.ts'
import { hostName } from '../http/read-head.ts'
import type { Registry, RepositoryPlace } from '../services/ecr/repository.ts'
import { requireValidName } from '../services/ecr/repository.ts'
import type { RequestHead } from '../signature/canonical-request.ts'
import { registryError } from './registry-error.ts'

export type RegistryTarget =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog'; readonly registry: Registry }
  | RepositoryTarget

export interface RepositoryTarget {
  readonly kind: 'repository'
  readonly place: RepositoryPlace
  readonly endpoint: EndpointKind
  /** The path of the repository as the client wrote it, such as `/v2/111111111111/eu-west-1/app`. */
  readonly base: string
  /** A tag, a digest, or an upload's id; empty where the path has none. */
  readonly reference: string
}

export type EndpointKind = 'manifest' | 'blob' | 'beginUpload' | 'upload' | 'tags' | 'referrers'

const endpoints: readonly (readonly [EndpointKind, RegExp])[] = [
  ['tags', /^(.+)\/tags\/list()$/],
  ['beginUpload', /^(.+)\/blobs\/uploads\/?()$/],
  ['upload', /^(.+)\/blobs\/uploads\/([^/]+)$/],
  ['blob', /^(.+)\/blobs\/([^/]+)$/],
  ['manifest', /^(.+)\/manifests\/([^/]+)$/],
  ['referrers', /^(.+)\/referrers\/([^/]+)$/],
]

/** Whether a request is the registry's: under a host of its own, or `/v2/` on the server's own names. */
export function isRegistryRequest(head: RequestHead, isServerHost: boolean): boolean {
  if (registryOfHost(head) !== undefined) return true
  return isServerHost && (head.path === '/v2' || head.path.startsWith('/v2/'))
}

/** What a request to the registry is about. Throws where the path names nothing that a registry has. */
export function readTarget(head: RequestHead): RegistryTarget {
  const path = decode(head.path)
  if (path === '/v2' || path === '/v2/') return { kind: 'base' }
  if (!path.startsWith('/v2/')) throw registryError('NotFound', 'the registry answers under /v2/')
  const ofHost = registryOfHost(head)
  const inPath = path.slice('/v2/'.length)
  const { registry, rest } =
    ofHost === undefined ? registryOfPath(inPath) : { registry: ofHost, rest: inPath }
  if (rest === '_catalog') return { kind: 'catalog', registry }
  for (const [endpoint, pattern] of endpoints) {
    const [, name, reference = ''] = pattern.exec(rest) ?? []
    if (name === undefined) continue
    const repositoryName = readName(name)
    const place = { ...registry, repositoryName }
    const prefix = ofHost === undefined ? `${registry.registryId}/${registry.region}/` : ''
    const base = `/v2/${prefix}${repositoryName}`
    return { kind: 'repository', place, endpoint, base, reference }
  }
  throw registryError('NotFound', 'no registry has such a path')
}

/** `111111111111.dkr.ecr.eu-west-1.localhost`. */
function registryOfHost(head: RequestHead): Registry | undefined {
  const name = hostName(head.headers.host ?? '')
  const [, account = '', region = ''] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.localhost$/.exec(name) ?? []
  const registryId = parseAccountId(account)
  return registryId === undefined ? undefined : { registryId, region }
}

/** `111111111111/eu-west-1/app/…` */
function registryOfPath(path: string): { readonly registry: Registry; readonly rest: string } {
  const [, account = '', region = '', rest = ''] =
    /^(\d{12})\/([a-z]{2}[a-z0-9-]*-\d+)\/(.+)$/.exec(path) ?? []
  const registryId = parseAccountId(account)
  if (registryId !== undefined) return { registry: { registryId, region }, rest }
  throw registryError(
    'NameInvalid',
    'under this address a repository is named ACCOUNT/REGION/NAME, such as 111111111111/eu-west-1/app',
  )
}

function readName(name: string): string {
  try {
    return requireValidName(name)
  } catch (error) {
    throw registryError('NameInvalid', error instanceof Error ? error.message : '', error)
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    throw registryError('NameInvalid', 'the path is not percent-encoded UTF-8', error)
  }
}
