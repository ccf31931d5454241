import type { IncomingMessage } from 'node:http'
import type { RequestHead } from '../signature/canonical-request.ts'
import { headerCountLimit } from './request-limits.ts'

export type HeadReading =
  | {
      readonly kind: 'head'
      readonly head: RequestHead
      /** Whether the host is the server itself rather than a bucket's name in front of it. */
      readonly isServerHost: boolean
    }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }

/**
 * The head of a request in the form that signatures and protocols read. Refuses what could be understood in two
 * ways: headers given twice that count once, and a target that is no path.
 */
export function readHead(message: IncomingMessage): HeadReading {
  const headers: Record<string, string> = Object.create(null)
  const raw = message.rawHeaders
  if (raw.length > headerCountLimit * 2) return refused(431, 'there are too many headers')
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    const before = headers[name]
    if (before !== undefined && singleHeaders.has(name)) {
      return refused(400, `the header ${name} is given twice`)
    }
    headers[name] = before === undefined ? value : `${before},${value}`
  }
  if (!isKnownCoding(headers['transfer-encoding'])) {
    return refused(501, 'bodies come in chunks or in one piece, and in no other coding')
  }
  const target = message.url ?? ''
  if (!target.startsWith('/')) return refused(400, 'the request target is not a path')
  const host = hostName(headers.host ?? '')
  const isServerHost = isOwnName(host)
  // A page in a browser that has another name resolve to this machine must not get through: no other host answers.
  if (!isServerHost && !host.endsWith('.localhost')) {
    return refused(421, 'this server answers to localhost and loopback addresses alone')
  }
  const question = target.indexOf('?')
  const path = question === -1 ? target : target.slice(0, question)
  const query = question === -1 ? '' : target.slice(question + 1)
  return {
    kind: 'head',
    head: { method: message.method ?? '', path, query, headers },
    isServerHost,
  }
}

function refused(status: number, message: string): HeadReading {
  return { kind: 'refused', status, message }
}

/** What is compressed is not unpacked, and nobody has to guess what another coding would have meant. */
function isKnownCoding(coding: string | undefined): boolean {
  return coding === undefined || coding.trim().toLowerCase() === 'chunked'
}

const singleHeaders = new Set([
  'authorization',
  'content-length',
  'content-type',
  'date',
  'host',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-security-token',
  'x-amz-target',
  'x-amz-trailer',
])

/** Lower case, without the port. */
export function hostName(host: string): string {
  const colon = host.lastIndexOf(':')
  const hasPort = colon !== -1 && /^\d+$/.test(host.slice(colon + 1))
  return (hasPort ? host.slice(0, colon) : host).toLowerCase()
}

function isOwnName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}
