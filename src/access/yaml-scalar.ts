import type { Scalar } from 'yaml'
import type { Position } from './position.ts'
import type { YamlScalar } from './yaml-node.ts'

/** What YAML 1.2's core schema takes an unquoted scalar for. First match wins; the rest is text. */
const plainForms: readonly {
  readonly pattern: RegExp
  readonly read: (text: string) => YamlScalar['value']
}[] = [
  { pattern: /^(?:~|null|Null|NULL|)$/, read: () => null },
  { pattern: /^(?:true|True|TRUE)$/, read: () => true },
  { pattern: /^(?:false|False|FALSE)$/, read: () => false },
  { pattern: /^0o[0-7]+$/, read: Number },
  { pattern: /^0x[0-9a-fA-F]+$/, read: Number },
  { pattern: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/, read: Number },
]

/** A scalar that the failsafe schema left as text, with the value an unquoted one stands for. */
export function resolveScalar(node: Scalar, position: Position): YamlScalar {
  const text = typeof node.value === 'string' ? node.value : ''
  const isPlain = (node.type ?? 'PLAIN') === 'PLAIN' && node.tag === undefined
  const form = isPlain ? plainForms.find(({ pattern }) => pattern.test(text)) : undefined
  return { kind: 'scalar', position, value: form === undefined ? text : form.read(text), text }
}
