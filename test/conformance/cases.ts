import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A scenario that states a rule of AWS, with where AWS states it. */
export interface ConformanceCase {
  readonly id: string
  /** A key of `rules`. */
  readonly rule: string
  readonly claim: string
  readonly source: string
  readonly request: object
  readonly policies?: object
  readonly managementAccount?: string
  readonly expect: Expectation
  /** Where AWS leaves the answer open; otherwise `documented`. */
  readonly certainty?: string
  readonly mutation?: Mutation
}

export interface Expectation {
  readonly decision: 'allow' | 'explicitDeny' | 'implicitDeny'
  readonly missing?: string
}

/** A small edit of the case, by JSON pointers from its top, and what the engine says after it. */
export interface Mutation {
  readonly set?: Readonly<Record<string, unknown>>
  readonly remove?: readonly string[]
  readonly expect: Expectation
  readonly certainty?: string
}

const folder = fileURLToPath(new URL('.', import.meta.url))

export const caseFiles: readonly string[] = readdirSync(folder).filter((name) =>
  name.endsWith('.json'),
)

export function loadCases(file: string): readonly ConformanceCase[] {
  return JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as readonly ConformanceCase[]
}

/** The case after its mutation. Throws where the mutation changes nothing or points nowhere. */
export function mutate(given: ConformanceCase, mutation: Mutation): ConformanceCase {
  const copy = structuredClone(given)
  for (const [pointer, value] of Object.entries(mutation.set ?? {})) edit(copy, pointer, value)
  for (const pointer of mutation.remove ?? []) edit(copy, pointer, undefined)
  return { ...copy, id: `${given.id}, mutated`, expect: mutation.expect }
}

function edit(root: object, pointer: string, value: unknown): void {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = steps.pop() ?? ''
  const parent = steps.reduce<unknown>((at, step) => Reflect.get(Object(at), step), root)
  if (typeof parent !== 'object' || parent === null) throw new Error(`${pointer} points nowhere`)
  const before: unknown = Reflect.get(parent, last)
  if (JSON.stringify(before) === JSON.stringify(value)) throw new Error(`${pointer} is so already`)
  if (value !== undefined) Reflect.set(parent, last, value)
  else if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else Reflect.deleteProperty(parent, last)
}
