import { decodeParameter } from './decode-text.ts'

/** The form of the Query protocol as a tree: `Tags.member.1.Key=team` becomes four nested nodes. */
export interface FormNode {
  readonly text?: string
  /** Names as sent; a `Map`, so that no name can mean anything but itself. */
  readonly children: ReadonlyMap<string, FormNode>
}

export type FormParse =
  | { readonly ok: true; readonly form: FormNode }
  | { readonly ok: false; readonly problem: string }

const maxParameters = 10_000
/** Deeper than any operation's input. */
const maxDepth = 16

/** Reads `a=b&c.d=e`, percent-encoded UTF-8 with `+` for a space. A name that comes twice is refused: which one counts is nobody's guess. */
export function parseForm(texts: readonly string[]): FormParse {
  const root: MutableNode = { children: new Map() }
  let count = 0
  for (const text of texts) {
    if (text === '') continue
    for (const pair of text.split('&')) {
      if (pair === '') continue
      count += 1
      if (count > maxParameters) return { ok: false, problem: 'too many parameters' }
      const problem = addPair(root, pair)
      if (problem !== undefined) return { ok: false, problem }
    }
  }
  return { ok: true, form: root }
}

interface MutableNode {
  text?: string
  /** Shared while it is empty: most nodes never have a child. */
  children: Map<string, MutableNode>
}

const noChildren = new Map<string, MutableNode>()

function addPair(root: MutableNode, pair: string): string | undefined {
  const split = pair.indexOf('=')
  const name = decodeParameter(split < 0 ? pair : pair.slice(0, split))
  const text = decodeParameter(split < 0 ? '' : pair.slice(split + 1))
  if (name === undefined || text === undefined) return 'a parameter is not percent-encoded UTF-8'
  const node = name.includes('.') ? descend(root, name.split('.')) : childOf(root, name)
  if (node === undefined) return 'a parameter is nested too deeply'
  if (node.text !== undefined) return `the parameter ${name} is given twice`
  node.text = text
  return undefined
}

function descend(root: MutableNode, segments: readonly string[]): MutableNode | undefined {
  if (segments.length > maxDepth) return undefined
  let node = root
  for (const segment of segments) node = childOf(node, segment)
  return node
}

function childOf(node: MutableNode, segment: string): MutableNode {
  const known = node.children.get(segment)
  if (known !== undefined) return known
  if (node.children === noChildren) node.children = new Map()
  const child: MutableNode = { children: noChildren }
  node.children.set(segment, child)
  return child
}
