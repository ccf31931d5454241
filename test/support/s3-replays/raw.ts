import { parseXml, type XmlElement } from '../../../src/local/protocol/xml-parse.ts'
import type { Json } from '../recordings-compare.ts'
import { signHeader } from '../sign-any.ts'
import { type RawAnswer, sendRaw } from '../two-accounts.ts'
import type { Place } from './replay.ts'

export interface RawCall {
  readonly method?: string
  /** Percent-encoded. */
  readonly path: string
  /** Sorted and percent-encoded. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Left out: nobody signs. */
  readonly signedBy?: 'owner'
  /** What is signed is changed afterwards. */
  readonly change?: (authorization: string) => string
}

/** Sends what no SDK would. */
export async function sendRawCall(place: Place, call: RawCall): Promise<RawAnswer> {
  const { aws, home, nowMs } = place.world
  const { method = 'GET', path, query = '', headers = {}, body = '' } = call
  const whole = { host: `127.0.0.1:${aws.port}`, ...headers }
  if (call.signedBy === undefined) {
    const target = query === '' ? path : `${path}?${query}`
    return sendRaw(aws, { method, path: target, headers: whole, body })
  }
  const request = { service: 's3', method, path, query, headers: whole, body }
  const signed = signHeader(aws.rootCredentials(home), request, nowMs())
  return sendRaw(aws, {
    method,
    path: signed.target,
    headers: Object.fromEntries(
      signed.headers.map(([name, value]) => [
        name,
        name === 'authorization' && call.change !== undefined ? call.change(value) : value,
      ]),
    ),
    body,
  })
}

/** An XML answer as plain members: lists only where an element comes more than once. */
export function membersOf(xml: string): Json {
  const root = parseXml(xml)
  if (root === undefined) throw new Error(`no XML: ${xml}`)
  return { [root.name]: membersIn(root) }
}

function membersIn(element: XmlElement): unknown {
  const attributes = [...element.attributes].map(([name, value]) => [`@${name}`, value] as const)
  if (element.children.length === 0 && attributes.length === 0) return element.text || null
  const members = new Map<string, unknown>(attributes)
  for (const child of element.children) {
    const before = members.get(child.name)
    const value = membersIn(child)
    if (before === undefined) members.set(child.name, value)
    else members.set(child.name, Array.isArray(before) ? [...before, value] : [before, value])
  }
  return Object.fromEntries(members)
}
