import type { JsonMember, JsonNode } from './json-tree.ts'

/** A place in a text; both count from 1, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** Turns offsets into lines and columns. */
export function createPositions(text: string): (offset: number) => TextPosition {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

/**
 * The offset of what a path such as `Statement[0].Condition.StringEquals.aws:username` leads to; of a member, its key.
 * Where the path leads further than the document goes, the last part that is there. Keys may hold dots themselves: the
 * shortest that leads on is taken.
 */
export function offsetOfPath(root: JsonNode, path: string): number {
  let node = root
  let offset = root.offset
  let rest = path
  while (rest !== '') {
    const next = rest.startsWith('[') ? stepIntoList(node, rest) : stepIntoObject(node, rest)
    if (next === undefined) break
    node = next.node
    offset = next.offset
    rest = next.rest
  }
  return offset
}

interface Step {
  readonly node: JsonNode
  readonly offset: number
  readonly rest: string
}

function stepIntoList(node: JsonNode, path: string): Step | undefined {
  const close = path.indexOf(']')
  const item = node.items?.[Number(path.slice(1, close))]
  return item && { node: item, offset: item.offset, rest: path.slice(close + 1) }
}

/** Keys with more dots and brackets than this are found as a whole or not at all. */
const mostCuts = 32

function stepIntoObject(node: JsonNode, path: string): Step | undefined {
  if (node.members === undefined) return undefined
  const text = path.startsWith('.') ? path.slice(1) : path
  let cuts = 1
  for (let at = 0; at < text.length && cuts < mostCuts; at++) {
    if (text[at] !== '.' && text[at] !== '[') continue
    cuts += 1
    const member = node.members.get(text.slice(0, at))
    if (member !== undefined) return stepTo(member, text.slice(at))
  }
  const member = node.members.get(text)
  return member && stepTo(member, '')
}

function stepTo({ value, keyOffset }: JsonMember, rest: string): Step {
  return { node: value, offset: keyOffset, rest }
}
