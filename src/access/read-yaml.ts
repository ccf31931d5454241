import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { type PathSegment, renderPath } from './place.ts'
import type { Position } from './position.ts'
import type { Problem } from './problem.ts'
import { yamlErrorText } from './yaml-errors.ts'
import type { YamlEntry, YamlNode, YamlScalar } from './yaml-node.ts'
import { resolveScalar } from './yaml-scalar.ts'

/** One file's text, with the name that positions show. */
export interface AccessSource {
  readonly file: string
  readonly text: string
}

export interface YamlReading {
  /** Undefined for a file that holds nothing but comments, and for one that cannot be read on. */
  readonly node: YamlNode | undefined
  readonly problems: readonly Problem[]
}

/** Reads any text as YAML with positions. Never throws: what is wrong with the text is listed. */
export function readYaml(source: AccessSource): YamlReading {
  try {
    return readDocument(source)
  } catch (cause) {
    // The parser recurses: brackets nested thousands deep exhaust the stack.
    if (!(cause instanceof RangeError)) throw cause
    const position = { file: source.file, line: 1, column: 1 }
    return {
      node: undefined,
      problems: [yamlProblem(position, yamlErrorText('RESOURCE_EXHAUSTION'))],
    }
  }
}

function readDocument(source: AccessSource): YamlReading {
  const text = source.text.replace(/^\uFEFF/, '')
  const lines = new LineCounter()
  // The failsafe schema reads every scalar as text, whatever a %YAML directive says; dates stay as written.
  const document = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  })
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { file: source.file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    const problems = faults.map((fault) =>
      yamlProblem(positionAt(fault.pos[0]), yamlErrorText(fault.code)),
    )
    return { node: undefined, problems }
  }
  return convertDocument(document, { positionAt, limit: 10 * text.length + 10_000 })
}

interface ConversionTools {
  readonly positionAt: (offset: number) => Position
  /** The most nodes that the document may have once aliases are followed. */
  readonly limit: number
}

function convertDocument(document: Document, tools: ConversionTools): YamlReading {
  if (document.contents === null) return { node: undefined, problems: [] }
  const conversion = new Conversion(tools)
  const node = conversion.convert(document.contents, [])
  return conversion.weightOf(node) > tools.limit
    ? { node: undefined, problems: [yamlProblem(node.position, aliasBomb)] }
    : { node, problems: conversion.problems }
}

const aliasBomb = {
  message: 'the aliases in this file expand to far more than the file itself',
  remedy: 'write out what the aliases stand for',
}

/** Lives as long as one document is converted: the anchors seen so far, and what was found on the way. */
class Conversion {
  readonly problems: Problem[] = []
  private readonly anchors = new Map<string, YamlNode | undefined>()
  private readonly weights = new Map<YamlNode, number>()
  private readonly tools: ConversionTools

  constructor(tools: ConversionTools) {
    this.tools = tools
  }

  /** Nodes once aliases are followed. INVARIANT: inner nodes are weighed first, so shared ones cost nothing. */
  weightOf(node: YamlNode): number {
    return this.weights.get(node) ?? 1
  }

  convert(node: unknown, segments: readonly PathSegment[]): YamlNode {
    if (isAlias(node)) return this.follow(node.source, this.positionOf(node))
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined) this.anchors.set(anchor, undefined)
    const converted = this.convertOwn(node, segments)
    if (anchor !== undefined) this.anchors.set(anchor, converted)
    this.weights.set(converted, 1 + this.innerWeight(converted))
    return converted
  }

  private convertOwn(node: unknown, segments: readonly PathSegment[]): YamlNode {
    const position = this.positionOf(node)
    if (isMap(node))
      return { kind: 'map', position, entries: this.convertEntries(node.items, segments) }
    if (isSeq(node)) {
      return {
        kind: 'list',
        position,
        items: node.items.map((item, index) => this.convert(item, [...segments, index])),
      }
    }
    return isScalar(node) ? resolveScalar(node, position) : emptyScalar(position)
  }

  private convertEntries(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    segments: readonly PathSegment[],
  ): ReadonlyMap<string, YamlEntry> {
    const entries = new Map<string, YamlEntry>()
    for (const pair of pairs) {
      const keyPosition = this.positionOf(pair.key)
      const key = isScalar(pair.key) ? String(pair.key.value ?? '') : undefined
      const node =
        pair.value === null
          ? emptyScalar(keyPosition)
          : this.convert(pair.value, [...segments, key ?? ''])
      const first = key === undefined ? undefined : entries.get(key)
      if (key === undefined || key === '__proto__') {
        this.problems.push(yamlProblem(keyPosition, notAKey))
      } else if (first === undefined) {
        entries.set(key, { key, keyPosition, node })
      } else {
        this.problems.push(duplicateKey(keyPosition, { first, segments }))
      }
    }
    return entries
  }

  private follow(name: string, position: Position): YamlNode {
    const target = this.anchors.get(name)
    if (target !== undefined) return target
    this.problems.push(
      yamlProblem(position, {
        message: this.anchors.has(name)
          ? `the alias \`*${name}\` stands inside what it stands for`
          : `the alias \`*${name}\` has no anchor \`&${name}\` above it`,
        remedy: 'put a value that begins with `*` in quotes',
      }),
    )
    return emptyScalar(position)
  }

  private innerWeight(node: YamlNode): number {
    if (node.kind === 'scalar') return 0
    const inner =
      node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.node)
    return inner.reduce((sum, child) => sum + this.weightOf(child), 0)
  }

  private positionOf(node: unknown): Position {
    const ranged = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)
    return this.tools.positionAt((ranged ? node.range?.[0] : undefined) ?? 0)
  }
}

const notAKey = {
  message: 'a key must be plain text',
  remedy: 'write `key: value`, with the key in quotes where it holds brackets or braces',
}

/** What a name that stands twice is called, by the map it stands in; elsewhere it is just a key. */
const duplicateCodes: Readonly<Record<string, string>> = {
  accounts: 'duplicate-account',
  grants: 'duplicate-grant',
}

function duplicateKey(
  position: Position,
  at: { readonly first: YamlEntry; readonly segments: readonly PathSegment[] },
): Problem {
  const { key, keyPosition } = at.first
  const path = renderPath(at.segments)
  return {
    severity: 'error',
    code: Object.hasOwn(duplicateCodes, path) ? (duplicateCodes[path] ?? '') : 'duplicate-key',
    path: renderPath([...at.segments, key]),
    position,
    message: `\`${key}\` is written twice here; the first is on line ${keyPosition.line}`,
    remedy: 'rename or remove one of the two',
  }
}

function emptyScalar(position: Position): YamlScalar {
  return { kind: 'scalar', position, value: null, text: '' }
}

function yamlProblem(
  position: Position,
  text: { readonly message: string; readonly remedy: string },
): Problem {
  return { severity: 'error', code: 'yaml', path: '', position, ...text }
}
