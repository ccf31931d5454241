import { bucketOfHost } from '../../../protocol/route-rest.ts'
import type { RequestHead } from '../../../signature/canonical-request.ts'

/** The bucket that a form is posted to; undefined where the request is something else. */
export function bucketOfForm(head: RequestHead, isServerHost: boolean): string | undefined {
  const isForm = /^multipart\/form-data\s*;/i.test(head.headers['content-type'] ?? '')
  if (head.method !== 'POST' || !isForm || head.query !== '') return undefined
  if (isServerHost) return /^\/([a-z0-9.-]{3,63})\/?$/.exec(head.path)?.[1]
  const bucket = bucketOfHost(head.headers.host ?? '')
  return head.path === '/' && bucket !== '' ? bucket : undefined
}
