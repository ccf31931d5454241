import type { RequestHead } from './read-call.ts'
import { parseQueryString, type QueryParameters } from './rest-query.ts'
import type { OperationModel, Route, ServiceModel } from './service-model.ts'

export interface RestRoute {
  readonly operation: OperationModel
  /** Still percent-encoded. */
  readonly labels: ReadonlyMap<string, string>
  readonly query: QueryParameters
}

/**
 * Tells the operation of an S3 request, path-style or virtual-hosted, from its head alone; `undefined` when there is none.
 * Sub-resources are never passed over: `DELETE /bucket?acl` is no DeleteBucket.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function routeRest(model: ServiceModel, head: RequestHead): RestRoute | undefined {
  const { method, path, query, headers } = head
  const isSame = latest?.headers === headers && latest.model === model
  if (isSame && latest?.path === path && latest.query === query && latest.method === method) {
    return latest.route
  }
  const route = findRoute(model, head)
  latest = { model, method, path, query, headers, route }
  return route
}

interface Routed extends RequestHead {
  readonly model: ServiceModel
  readonly route: RestRoute | undefined
}

/** A request is routed before its body is read and after: mostly no other comes between, and it is known by its headers. */
let latest: Routed | undefined

function findRoute(model: ServiceModel, head: RequestHead): RestRoute | undefined {
  const query = parseQueryString(head.query)
  if (query === undefined) return undefined
  const path = pathWithBucket(head)
  const candidates = model.routes.filter(
    (route) => route.method === head.method && matchQuery(route, query) && route.path.test(path),
  )
  const route = mostSpecific(candidates, { head, query })
  if (route === undefined || hasForeignMarker(model, { route, query })) return undefined
  const [, ...groups] = route.path.exec(path) ?? []
  const labels = route.labels.map((name, index): [string, string] => [name, groups[index] ?? ''])
  return { operation: route.operation, labels: new Map(labels), query }
}

/** The bucket that a virtual-hosted request names in its `Host`; `undefined` for path-style ones. */
export function bucketOfHost(host: string): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
  if (!name.includes('.localhost') && !name.includes('.amazonaws.com')) return undefined
  const [, bucket] = virtualHosts.map((pattern) => pattern.exec(name)).find(Boolean) ?? []
  return bucket
}

// The first that matches decides; an empty group is a host of the service itself, such as `s3.eu-west-1.localhost`.
const virtualHosts = [
  /^().+\.s3-object-lambda\.[a-z0-9-]+\.amazonaws\.com$/,
  /^(.+)\.s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$/,
  /^(.+)\.s3(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.localhost$/,
  /^()s3(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.localhost$/,
  /^(.+)\.localhost$/,
]

function pathWithBucket(head: RequestHead): string {
  const bucket = bucketOfHost(head.headers.host ?? '')
  return bucket === undefined || bucket === '' ? head.path : `/${bucket}${head.path}`
}

function matchQuery(route: Route, query: QueryParameters): boolean {
  if (query.size === 0) return route.telling === ''
  return (
    route.markers.every(({ key, value }) => {
      const given = query.get(key)
      return given !== undefined && (value === '' || given.includes(value))
    }) && route.requiredQuery.every((key) => query.has(key))
  )
}

interface Told {
  readonly head: RequestHead
  readonly query: QueryParameters
}

/**
 * The candidate that the most parameters tell, then the one with the most of its required headers
 * (`x-amz-copy-source` makes a copy of a put). Among equals `x-id`, which some SDKs send, decides; else the first name.
 */
function mostSpecific(candidates: readonly Route[], { head, query }: Told): Route | undefined {
  // One alone is told whatever headers it has.
  if (candidates.length <= 1) return candidates[0]
  const named = query.get('x-id')?.[0]
  const ranked = candidates
    .filter((route) => hasHeaders(route, head) || !candidates.some((c) => isSibling(c, route)))
    .map((route) => ({
      route,
      rank: [
        route.markers.length + route.requiredQuery.length,
        hasHeaders(route, head) ? route.requiredHeaders.length : 0,
        route.operation.name === named ? 1 : 0,
      ],
    }))
  return ranked.sort((a, b) => compareRanks(b.rank, a.rank))[0]?.route
}

function hasHeaders(route: Route, head: RequestHead): boolean {
  return route.requiredHeaders.every((name) => head.headers[name] !== undefined)
}

/** Told by the same parameters, without headers: what a request is when the headers are absent. */
function isSibling(other: Route, route: Route): boolean {
  return other.requiredHeaders.length === 0 && other.telling === route.telling
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((rank, i) => rank !== b[i])
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}

/** True when the query holds a parameter that makes the request another operation than `route`'s. */
function hasForeignMarker(
  model: ServiceModel,
  { route, query }: { readonly route: Route; readonly query: QueryParameters },
): boolean {
  const keys = [...query.keys()]
  return keys.some((key) => model.tellingKeys.has(key) && !route.queryKeys.has(key))
}
