import type { ExtraRoute } from '../http/extra-route.ts'
import type { DispatchTools } from '../incoming.ts'
import { isRegistryRequest } from './registry-path.ts'
import { serveRegistry } from './serve-registry.ts'

/** The OCI registry: under `/v2/` of the server's own names, and under hosts such as `ACCOUNT.dkr.ecr.REGION.localhost`. */
export function createRegistryRoute(tools: DispatchTools): ExtraRoute {
  return {
    matches: isRegistryRequest,
    answer: (request) => serveRegistry(tools, request),
  }
}
