import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { recordingsFolder } from './recordings-folder.ts'

export type Json = Readonly<Record<string, unknown>>

/** The steps of one recorded test, by their recorded names, in the order in which they are made. */
export type Steps = Readonly<Record<string, () => Promise<unknown>>>

const folder = recordingsFolder(fileURLToPath(new URL('../..', import.meta.url)))

/** Whether the recordings are on this machine: the repository holds none. */
export const hasRecordings: boolean = existsSync(folder)

/** What AWS answered, by the name of the test and of the step in it; the test's class is left out. */
export function loadRecordings(service: string): Readonly<Record<string, Json>> {
  if (!hasRecordings) return {}
  const file: Readonly<Record<string, Json>> = JSON.parse(
    readFileSync(`${folder}/${service}.json`, 'utf8'),
  )
  return Object.fromEntries(
    Object.entries(file).map(([name, steps]) => [name.replace(/^.*::/, ''), steps]),
  )
}

/** Texts that stand for the numbered placeholders of one recorded test, such as `<role-id:1>`. */
export type Bindings = Map<string, string>

/** What differs and may: the place as `differences` names it, `[0]` as `[]`, and why. */
export type Apart = Readonly<Record<string, string>>

export interface Comparison {
  readonly recorded: Json | undefined
  readonly steps: Steps
  /** Makes of a client's answer what the recording's client made of it. */
  readonly reshape?: (answer: Json) => Json
  /** Places, as `step.Member[].Member`, that differ, each with the reason. One that does not differ is a difference. */
  readonly apart?: Apart
}

/**
 * Makes the steps and compares every member of every answer: what is missing, what is too much, what differs.
 * A numbered placeholder is the same text throughout, and no two of one name are the same text.
 */
export async function compareSteps(comparison: Comparison): Promise<readonly string[]> {
  const { recorded = {}, steps, apart = {} } = comparison
  const reshape = comparison.reshape ?? ((answer: Json) => answer)
  const bindings: Bindings = new Map()
  const found: string[] = []
  for (const [name, step] of Object.entries(steps)) {
    const wanted = recorded[name]
    if (wanted === undefined) found.push(`${name}: is not in the recording`)
    else found.push(...differences(wanted, reshape(await answerOf(step)), { at: name, bindings }))
  }
  const places = new Set(found.map(placeOf))
  return [
    ...found.filter((one) => apart[placeOf(one)] === undefined),
    ...Object.keys(apart).flatMap((one) => (places.has(one) ? [] : [`${one}: does not differ`])),
  ]
}

/** The steps of a recording that a replay leaves out. */
export function stepsLeftOut(recorded: Json | undefined, steps: Steps): readonly string[] {
  return Object.keys(recorded ?? {}).filter((name) => steps[name] === undefined)
}

function placeOf(difference: string): string {
  return difference.replace(/: .*$/s, '').replace(/\[\d+\]/g, '[]')
}

/** The members of an error that are the connection's own, not the answer's. */
const transport = [
  '$metadata',
  '$response',
  '$fault',
  '$retryable',
  '$service',
  '$responseBodyText',
]
const unshown = new Set([...transport, 'name', 'message', 'Error', 'RequestId', 'HostId', 'xmlns'])

/** What a step answered, in the form of the recordings: members, or `Error`, and `ResponseMetadata`. */
export async function answerOf(step: () => Promise<unknown>): Promise<Json> {
  try {
    const { $metadata, ...members } = (await step()) as Json
    const body = members.Body
    const read = isReadable(body) ? { Body: await body.transformToString() } : {}
    const metadata =
      $metadata === undefined ? {} : { ResponseMetadata: responseMetadata($metadata as Json) }
    return { ...members, ...read, ...metadata }
  } catch (error) {
    if (!(error instanceof Error) || !('$metadata' in error)) throw error
    const shown = Object.entries(error).filter(([member]) => !unshown.has(member))
    const Code = 'Code' in error ? error.Code : error.name
    const Error_ = { ...Object.fromEntries(shown), Code, Message: error.message }
    return { Error: Error_, ResponseMetadata: responseMetadata(error.$metadata as Json) }
  }
}

interface Readable {
  readonly transformToString: () => Promise<string>
}

function isReadable(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'transformToString' in body
}

function responseMetadata({ httpStatusCode }: Json): Json {
  return { HTTPStatusCode: httpStatusCode }
}

interface Place {
  /** Such as `get-role.Role.Tags[0]`. */
  readonly at: string
  readonly bindings: Bindings
}

/** One line for each member that differs: where, what was found, what is recorded. */
export function differences(wanted: unknown, found: unknown, place: Place): readonly string[] {
  if (Array.isArray(wanted)) return listDifferences(wanted, found, place)
  if (typeof wanted === 'object' && wanted !== null) {
    return memberDifferences(wanted as Json, found, place)
  }
  if (typeof wanted === 'string') return textDifferences(wanted, found, place)
  return wanted === found || wanted === null ? [] : [`${place.at}: ${show(found)}, not ${wanted}`]
}

function listDifferences(
  wanted: readonly unknown[],
  found: unknown,
  place: Place,
): readonly string[] {
  if (!Array.isArray(found)) return [`${place.at}: ${show(found)}, not a list`]
  const length =
    found.length === wanted.length
      ? []
      : [`${place.at}.length: ${found.length} (${show(found)}), not ${wanted.length}`]
  return [
    ...length,
    ...wanted
      .slice(0, found.length)
      .flatMap((one, at) => differences(one, found[at], { ...place, at: `${place.at}[${at}]` })),
  ]
}

/** Recorded members that say nothing of the answer's content. */
const unrecorded = new Set(['HTTPHeaders', 'RequestId', 'HostId', 'RetryAttempts'])

function memberDifferences(wanted: Json, found: unknown, place: Place): readonly string[] {
  if (typeof found !== 'object' || found === null || found instanceof Date) {
    return [`${place.at}: ${show(found)}, not ${show(wanted)}`]
  }
  const members: Json = { ...found }
  const names = Object.keys(wanted).filter((name) => !unrecorded.has(name))
  const known = new Map(names.map((name) => [boundText(name, place.bindings), name]))
  const missing = names.flatMap((name) => {
    const at = `${place.at}.${name}`
    const one = members[boundText(name, place.bindings)]
    if (one === undefined) return wanted[name] === null ? [] : [`${at}: is missing`]
    // An answer without a body has a status and no error: clients make one up, each in its way.
    if (name === 'Error' && isStatusOnly(wanted.Error)) return []
    return differences(wanted[name], one, { ...place, at })
  })
  const surplus = Object.entries(members).filter(
    ([name, value]) => value !== undefined && !known.has(name) && !unrecorded.has(name),
  )
  return [
    ...missing,
    ...surplus.map(([name, value]) => `${place.at}.${name}: ${show(value)}, not recorded`),
  ]
}

function isStatusOnly(error: unknown): boolean {
  return /^\d+$/.test(String((error as Json).Code))
}

function textDifferences(wanted: string, found: unknown, place: Place): readonly string[] {
  const text = found instanceof Date ? '<datetime>' : String(found)
  const wrong = [`${place.at}: ${show(found)}, not ${show(wanted)}`]
  if (wanted === 'datetime' || wanted === '<datetime>') {
    return found instanceof Date || !Number.isNaN(Date.parse(text)) ? [] : wrong
  }
  if (typeof found !== 'string' && !(found instanceof Date)) return wrong
  const { pattern, names } = patternOf(wanted, place.bindings)
  const match = pattern.exec(text)
  if (match === null) return wrong
  return names.every((name, at) => bind(name, match[at + 1] ?? '', place.bindings)) ? [] : wrong
}

const placeholder = /<[A-Za-z0-9_-]+(?::\d+)?>/g

/** A pattern of a recorded text, whose unbound numbered placeholders are its groups. */
function patternOf(
  wanted: string,
  bindings: Bindings,
): { readonly pattern: RegExp; readonly names: readonly string[] } {
  const names: string[] = []
  const texts = wanted.split(placeholder).map(quote)
  const source = [...wanted.matchAll(placeholder)].reduce((before, [name], at) => {
    const bound = bindings.get(name)
    const isNumbered = /:\d+>$/.test(name)
    if (bound === undefined && isNumbered) names.push(name)
    const unbound = isNumbered ? '(.+?)' : '.+'
    return `${before}${bound === undefined ? unbound : quote(bound)}${texts[at + 1]}`
  }, texts[0] ?? '')
  return { pattern: new RegExp(`^${source}$`, 's'), names }
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Whether the placeholder may stand for this text: no other of its name does, and it for no other. */
function bind(name: string, text: string, bindings: Bindings): boolean {
  const kind = name.replace(/\d+>$/, '')
  for (const [other, taken] of bindings) {
    if (other === name) return taken === text
    if (other.startsWith(kind) && taken === text) return false
  }
  bindings.set(name, text)
  return true
}

function boundText(wanted: string, bindings: Bindings): string {
  return wanted.replace(placeholder, (name) => bindings.get(name) ?? name)
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
