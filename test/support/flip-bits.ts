import type { SignedKind } from './signed-kinds.ts'

/** A generator that gives the same numbers for the same seed, on every machine. */
export function random(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Gives the request with one bit changed, anywhere that its signature covers, again and again. */
export function bitFlipper(bytes: Buffer, kind: SignedKind, seed: number): () => Buffer {
  const places = coveredBits(bytes, kind)
  const next = random(seed)
  return () => {
    const place = places[next(places.length)] ?? 0
    const changed = Buffer.from(bytes)
    changed[place >> 3] = (changed[place >> 3] ?? 0) ^ (1 << (place & 7))
    return changed
  }
}

/** Bits by number, eight to the byte. */
function coveredBits(bytes: Buffer, kind: SignedKind): readonly number[] {
  const text = bytes.toString('latin1')
  const isLoose = looseLetters(text, kind)
  const [from, to] = uncoveredBody(text, kind)
  const fields = kind.body === 'form fields' ? fieldValues(text) : undefined
  const free = freeFraming(text)
  const isFree = (at: number): boolean =>
    (at >= from && at < to) ||
    fields?.every(([start, end]) => at < start || at >= end) === true ||
    free.some(([start, end]) => at >= start && at < end)
  const places: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    if (isFree(at)) continue
    for (let bit = 0; bit < 8; bit += 1) {
      if (bit !== 5 || !isLoose(at)) places.push(at * 8 + bit)
    }
  }
  return places
}

/** What HTTP has for itself, and the blank of a length that nobody signed: a zero there says the same. */
function freeFraming(text: string): readonly (readonly [number, number])[] {
  const isLengthSigned = /SignedHeaders=[\w;%-]*content-length/.test(text)
  const free = isLengthSigned
    ? / HTTP\/1\.1\r\n|connection: close/g
    : / HTTP\/1\.1\r\n|connection: close|(?<=content-length:) /g
  const head = text.slice(0, text.indexOf('\r\n\r\n'))
  return [...head.matchAll(free)].map(({ index, 0: match }) => [index, index + match.length])
}

/** Letters that mean the same in either case: names of headers and trailers, and hexadecimal numbers. */
function looseLetters(text: string, kind: SignedKind): (at: number) => boolean {
  const places = new Set<number>()
  const add = (match: RegExpMatchArray): void => {
    const start = (match.index ?? 0) + match[0].length - (match[1] ?? '').length
    for (let at = start; at < (match.index ?? 0) + match[0].length; at += 1) places.add(at)
  }
  const headEnd = text.indexOf('\r\n\r\n')
  const head = text.slice(0, headEnd)
  const firstLine = head.slice(0, head.indexOf('\r\n'))
  for (const match of head.matchAll(/\r\n([^:\r]+)/g)) add(match)
  for (const match of firstLine.matchAll(/%([0-9A-Fa-f]{2})/g)) add(match)
  const isForm = kind.name.startsWith('Query')
  for (const match of isForm ? [] : text.matchAll(/\r\n(x-amz-(?:checksum|trailer)[^:]*)/g))
    add(match)
  for (const match of text.matchAll(/\r\n([0-9a-f]+)(?=[;\r])/g)) {
    if ((match.index ?? 0) >= headEnd) add(match)
  }
  return (at) => places.has(at) && /[a-zA-Z]/.test(text[at] ?? '')
}

function uncoveredBody(text: string, kind: SignedKind): readonly [number, number] {
  if (kind.body !== 'uncovered') return [0, 0]
  return [text.indexOf('\r\n\r\n') + 4, text.length]
}

/** Where the values of a posted form's fields are; the file is free to be any. */
function fieldValues(text: string): readonly (readonly [number, number])[] {
  const values = [...text.matchAll(/form-data; name="[\w-]+"\r\n\r\n([^\r]*)/g)]
  return values.map((match) => {
    const end = match.index + match[0].length
    return [end - (match[1] ?? '').length, end] as const
  })
}
