import type { Automaton } from './automaton.ts'
import type { Budget } from './budget.ts'

/** Text must be accepted, or must not be. */
export interface TextConstraint {
  readonly automaton: Automaton
  readonly wanted: boolean
}

export type Found<V> =
  | { readonly kind: 'found'; readonly value: V }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }

export function meetsAll(constraints: readonly TextConstraint[], text: string): boolean {
  return constraints.every(({ automaton, wanted }) => {
    let state = automaton.start
    for (let i = 0; i < text.length; i++) state = automaton.step(state, text.charAt(i))
    return automaton.isAccepting(state) === wanted
  })
}

/**
 * A shortest text that meets every constraint, or the certainty that there is none: a walk through the product of the
 * automata, breadth first. A state from which a constraint can no longer be met is never entered.
 */
export function findText(constraints: readonly TextConstraint[], budget: Budget): Found<string> {
  const letters = alphabetOf(constraints)
  const start = constraints.map(({ automaton }) => automaton.start)
  if (isHopeless(constraints, start)) return { kind: 'none' }
  const seen = new Set([start.join()])
  let row: readonly Node[] = [{ states: start, text: '' }]
  while (row.length > 0) {
    const next: Node[] = []
    for (const node of row) {
      if (isMet(constraints, node.states)) return { kind: 'found', value: node.text }
      if (!budget.spend(letters.length)) return { kind: 'unknown', reason: budget.reason }
      for (const letter of letters) {
        const states = constraints.map(({ automaton }, i) =>
          automaton.step(node.states[i] ?? 0, letter),
        )
        const key = states.join()
        if (seen.has(key) || isHopeless(constraints, states)) continue
        seen.add(key)
        next.push({ states, text: node.text + letter })
      }
    }
    row = next
  }
  return { kind: 'none' }
}

interface Node {
  readonly states: readonly number[]
  readonly text: string
}

function isMet(constraints: readonly TextConstraint[], states: readonly number[]): boolean {
  return constraints.every(
    ({ automaton, wanted }, i) => automaton.isAccepting(states[i] ?? 0) === wanted,
  )
}

function isHopeless(constraints: readonly TextConstraint[], states: readonly number[]): boolean {
  return constraints.some(({ automaton, wanted }, i) => {
    const state = states[i] ?? 0
    return wanted ? automaton.isDead(state) : automaton.isFull(state)
  })
}

/** Every unit that some constraint tells from others, and one that none does. */
function alphabetOf(constraints: readonly TextConstraint[]): readonly string[] {
  const letters = new Set(constraints.flatMap(({ automaton }) => [...automaton.alphabet]))
  return [otherThan(letters), ...letters]
}

const readable = 'xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW-_'

function otherThan(letters: ReadonlySet<string>): string {
  const found = [...readable].find((letter) => !letters.has(letter))
  if (found !== undefined) return found
  let code = 0xe0
  while (letters.has(String.fromCharCode(code))) code += 1
  return String.fromCharCode(code)
}
