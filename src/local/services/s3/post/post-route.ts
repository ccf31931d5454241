import type { ExtraRoute } from '../../../http/extra-route.ts'
import type { DispatchTools } from '../../../incoming.ts'
import { bucketOfForm } from './form-target.ts'

/**
 * Uploads from a browser: a form whose policy was signed beforehand, posted to the bucket. Loaded with the first: a
 * server has to be ready at once.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function createPostObjectRoute(tools: DispatchTools): ExtraRoute {
  return {
    matches: (head, isServerHost) => bucketOfForm(head, isServerHost) !== undefined,
    answer: async (request) => (await import('./post-object.ts')).servePost(tools, request),
  }
}
