/** Where the parts of a JSON text stand: its values without their contents. Offsets count UTF-16 units from 0. */
export interface JsonNode {
  readonly offset: number
  /** Of an object, by key. Where a key is there twice, the last one, as `JSON.parse` takes it. */
  readonly members?: ReadonlyMap<string, JsonMember>
  readonly items?: readonly JsonNode[]
}

export interface JsonMember {
  readonly keyOffset: number
  readonly value: JsonNode
}

export type JsonTree =
  | { readonly ok: true; readonly root: JsonNode; readonly duplicates: readonly DuplicateKey[] }
  | { readonly ok: false; readonly offset: number; readonly message: string }

export interface DuplicateKey {
  readonly key: string
  readonly offset: number
}

/**
 * Reads a JSON text for its places, and says at which place it stops being JSON. Takes exactly what `JSON.parse` takes,
 * in one pass and without recursion, so that no depth of nesting exhausts the stack.
 */
export function readJsonTree(text: string): JsonTree {
  const reader: Reader = { text, at: 0, open: [], duplicates: [] }
  try {
    const root = readValue(reader)
    readOpen(reader)
    skipSpace(reader)
    if (reader.at < text.length) throw new Unreadable(reader.at, 'something follows the value')
    return { ok: true, root, duplicates: reader.duplicates }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { ok: false, offset: error.offset, message: error.message }
  }
}

class Unreadable extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

interface Reader {
  readonly text: string
  at: number
  /** The containers that have begun and not ended, the innermost last. */
  readonly open: Container[]
  readonly duplicates: DuplicateKey[]
}

type Container = OpenObject | { readonly kind: 'list'; readonly items: JsonNode[] }

interface OpenObject {
  readonly kind: 'object'
  readonly node: { readonly offset: number; members: ReadonlyMap<string, JsonMember> }
  /** The node's members, once there are any: a text can have many objects that are empty. */
  members?: Map<string, JsonMember>
}

const noMembers: ReadonlyMap<string, JsonMember> = new Map()

/** A scalar as a whole; of a container only its opening, the rest is `readOpen`'s. */
function readValue(reader: Reader): JsonNode {
  skipSpace(reader)
  const offset = reader.at
  const character = reader.text[offset]
  if (character === '{') {
    const node = { offset, members: noMembers }
    reader.open.push({ kind: 'object', node })
    reader.at += 1
    return node
  }
  if (character === '[') {
    const items: JsonNode[] = []
    reader.open.push({ kind: 'list', items })
    reader.at += 1
    return { offset, items }
  }
  if (character === '"') skipString(reader)
  else skipWord(reader)
  return { offset }
}

function readOpen(reader: Reader): void {
  for (let container = reader.open.at(-1); container; container = reader.open.at(-1)) {
    if (isEnded(reader, container)) reader.open.pop()
    else if (container.kind === 'list') container.items.push(readValue(reader))
    else readMember(reader, container)
  }
}

/** Steps over what ends the container, or over the comma before its next part. */
function isEnded(reader: Reader, container: Container): boolean {
  skipSpace(reader)
  const end = container.kind === 'list' ? ']' : '}'
  const size = container.kind === 'list' ? container.items.length : container.node.members.size
  const character = reader.text[reader.at]
  if (character !== end && size === 0) return false
  if (character !== end && character !== ',') {
    throw new Unreadable(reader.at, `\`,\` or \`${end}\` is expected`)
  }
  reader.at += 1
  return character === end
}

function readMember(reader: Reader, object: OpenObject): void {
  skipSpace(reader)
  const keyOffset = reader.at
  if (reader.text[keyOffset] !== '"') throw new Unreadable(keyOffset, 'a key in `"` is expected')
  skipString(reader)
  const written = reader.text.slice(keyOffset, reader.at)
  const key = written.includes('\\') ? String(JSON.parse(written)) : written.slice(1, -1)
  skipSpace(reader)
  if (reader.text[reader.at] !== ':') throw new Unreadable(reader.at, '`:` is expected')
  reader.at += 1
  object.members ??= new Map()
  object.node.members = object.members
  if (object.members.has(key)) reader.duplicates.push({ key, offset: keyOffset })
  object.members.set(key, { keyOffset, value: readValue(reader) })
}

function skipSpace(reader: Reader): void {
  while (' \t\n\r'.includes(reader.text[reader.at] ?? 'x')) reader.at += 1
}

function skipString(reader: Reader): void {
  const { text } = reader
  for (let at = reader.at + 1; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      reader.at = at + 1
      return
    }
    if (text.charCodeAt(at) < 0x20) {
      throw new Unreadable(at, 'a line break or control character stands in a text: escape it')
    }
    if (character === '\\') at += escapeLength(text, at)
  }
  throw new Unreadable(reader.at, 'the text that begins here does not end')
}

/** How many characters after the backslash belong to it. */
function escapeLength(text: string, at: number): number {
  const kind = text[at + 1] ?? ''
  if (kind === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) return 5
  if (kind !== '' && '"\\/bfnrt'.includes(kind)) return 1
  throw new Unreadable(at, 'no such escape in JSON')
}

const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function skipWord(reader: Reader): void {
  word.lastIndex = reader.at
  const found = word.exec(reader.text)?.[0]
  if (found === undefined) throw new Unreadable(reader.at, 'a value is expected')
  reader.at += found.length
}
