import type { WireResponse } from '../protocol/wire.ts'
import { askRepository } from '../services/ecr/ecr-operation.ts'
import { imagesOf, type StoredImage, tagsOf } from '../services/ecr/images.ts'
import { type Registry, repositoriesOf } from '../services/ecr/repository.ts'
import { asCall, decide, permitted, type RegistryCall } from './registry-call.ts'
import { registryError } from './registry-error.ts'

/** `GET /v2/NAME/tags/list` */
export function listTags(registry: RegistryCall): WireResponse {
  const { place, base } = registry.target
  const tags = permitted(registry, ['ListImages'], (call) =>
    [...tagsOf(call.store, place).entries()].map(([tag]) => tag),
  )
  const name = base.slice('/v2/'.length)
  const { items, link } = pageOf(tags, registry.query, `${base}/tags/list`)
  return json({ name, tags: items }, link)
}

/** `GET /v2/_catalog`: every repository of the registry, which takes leave to describe them all. */
export function listRepositories(
  call: Omit<RegistryCall, 'target'>,
  registry: Registry,
): WireResponse {
  const { tools, query, request } = call
  const asked = asCall(call, { name: 'DescribeRepositories', region: registry.region })
  const names = tools.store.transact(() => {
    const place = { ...registry, repositoryName: '*' }
    decide(call, [askRepository(asked, 'ecr:DescribeRepositories', { place })], asked)
    return [...repositoriesOf(tools.store, registry).entries()].map(([name]) => name)
  })
  const prefix = request.path.slice('/v2/'.length, -'_catalog'.length)
  const { items, link } = pageOf(
    names.map((name) => `${prefix}${name}`),
    query,
    request.path,
  )
  return json({ repositories: items }, link)
}

/** `GET /v2/NAME/referrers/DIGEST`: signatures and the like of an image, as an OCI index. */
export function listReferrers(registry: RegistryCall): WireResponse {
  const { place, reference } = registry.target
  if (!/^sha256:[0-9a-f]{64}$/.test(reference))
    throw registryError('DigestInvalid', 'referrers are listed of a digest `sha256:…`')
  const wanted = registry.query.get('artifactType')
  const manifests = permitted(registry, ['BatchGetImage'], (call) =>
    [...imagesOf(call.store, place).entries()]
      .filter(([, image]) => image.subject === reference)
      .filter(([, image]) => wanted === null || image.artifactMediaType === wanted)
      .map(([, image]) => describe(image)),
  )
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const answer = json({ schemaVersion: 2, mediaType, manifests })
  const filters: Readonly<Record<string, string>> =
    wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }
  return { ...answer, headers: { ...answer.headers, ...filters, 'content-type': mediaType } }
}

function describe(image: StoredImage): object {
  const { annotations }: { readonly annotations?: object } = JSON.parse(image.manifest)
  return {
    mediaType: image.mediaType,
    digest: image.digest,
    size: Buffer.byteLength(image.manifest),
    ...(image.artifactMediaType === undefined ? {} : { artifactType: image.artifactMediaType }),
    ...(annotations === undefined ? {} : { annotations }),
  }
}

interface Page {
  readonly items: readonly string[]
  /** Where the rest is. */
  readonly link?: string
}

const pageLimit = 1000

/** `n` names after `last`, and a link to those that follow. */
function pageOf(all: readonly string[], query: URLSearchParams, path: string): Page {
  const given = query.get('n')
  if (given !== null && !/^\d{1,9}$/.test(given))
    throw registryError('InvalidPage', '`n` is a number of names')
  const limit = given === null ? pageLimit : Math.min(Number(given), pageLimit)
  const last = query.get('last')
  const sorted = [...all].sort(compare)
  const rest = last === null ? sorted : sorted.filter((name) => compare(name, last) > 0)
  const items = rest.slice(0, limit)
  const end = items.at(-1)
  if (end === undefined || items.length === rest.length) return { items }
  return {
    items,
    link: `<${path}?${new URLSearchParams({ n: `${limit}`, last: end })}>; rel="next"`,
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function json(value: object, link?: string): WireResponse {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (link !== undefined) headers.link = link
  return { status: 200, headers, body: JSON.stringify(value) }
}
