import type { ExtraRoute } from '../http/extra-route.ts'
import type { DispatchTools } from '../incoming.ts'
import { isRegistryRequest } from './registry-path.ts'

/** The OCI registry: under `/v2/` of the server's own names, and under hosts such as `ACCOUNT.dkr.ecr.REGION.localhost`. */
export function createRegistryRoute(tools: DispatchTools): ExtraRoute {
  return {
    matches: isRegistryRequest,
    // Loaded with the first image: most servers never see one, and all have to be ready at once.
    answer: async (request) => (await import('./serve-registry.ts')).serveRegistry(tools, request),
  }
}
