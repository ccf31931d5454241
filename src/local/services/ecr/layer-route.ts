import type { ExtraRoute } from '../../http/extra-route.ts'
import { layerLinkPrefix } from './layer-link.ts'

/** Answers the links to layers. Loaded with the first: a server has to be ready at once. */
export const layerDownloadRoute: ExtraRoute = {
  matches: (head, isServerHost) => isServerHost && head.path.startsWith(layerLinkPrefix),
  answer: async (request, tools) =>
    (await import('./layer-download.ts')).downloadLayer(request, tools),
}
