import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'

/** One scenario as it was found, or why it is none. `line` counts from 1; in a JSON list it is the position. */
export type ScenarioText = {
  readonly file: string
  readonly line: number
  readonly id?: string
} & (
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly message: string }
)

/**
 * The scenarios of files, of directories with all below them (`.json`, `.jsonl`, `.ndjson`) and of standard input (`-`),
 * in order, one at a time: however long the input, the memory it takes is that of a line.
 */
export async function* readScenarios(
  paths: readonly string[],
  context: CommandContext,
): AsyncGenerator<ScenarioText> {
  for (const path of paths) {
    if (path === '-') yield* readLines('-', context.stdin)
    else for (const name of await namesOf(path, context)) yield* readFileOf(name, context)
  }
}

/** Names as the user would write them, so that what is wrong is found by them. */
async function namesOf(path: string, { cwd }: CommandContext): Promise<readonly string[]> {
  const found = await stat(resolve(cwd, path)).catch(() => undefined)
  if (found === undefined) throw new CliError(`\`${path}\` does not exist`)
  if (!found.isDirectory()) return [path]
  const all = await readdir(resolve(cwd, path), { recursive: true })
  const names = all.filter((name) => /\.(json|jsonl|ndjson)$/.test(name)).sort()
  if (names.length > 0) return names.map((name) => join(path, name))
  throw new CliError(`the directory \`${path}\` holds no scenarios`, {
    remedy: 'they are in files that end in .json, .jsonl or .ndjson',
  })
}

async function* readFileOf(name: string, { cwd }: CommandContext): AsyncGenerator<ScenarioText> {
  const path = resolve(cwd, name)
  if (!name.endsWith('.json')) {
    const handle = await open(path).catch((error: unknown) => cannotRead(name, error))
    yield* readLines(name, handle.createReadStream())
    return
  }
  const text = withoutMark(
    await readFile(path, 'utf8').catch((error: unknown) => cannotRead(name, error)),
  )
  const whole = parseJson({ file: name, line: 1 }, text)
  if (whole.kind === 'value' && Array.isArray(whole.value)) {
    for (const [index, value] of whole.value.entries()) {
      yield found({ file: name, line: index + 1 }, value)
    }
  } else if (whole.kind === 'unreadable' && isLineByLine(text)) {
    yield* readLines(name, Readable.from([text]))
  } else yield whole
}

function cannotRead(name: string, error: unknown): never {
  throw new CliError(`\`${name}\` cannot be read: ${(error as Error).message}`, { cause: error })
}

/** Whether a file that is no JSON as a whole is some in its first line, and so has one scenario a line. */
function isLineByLine(text: string): boolean {
  const first = text.trimStart().split('\n', 1)[0] ?? ''
  return parseJson({ file: '', line: 1 }, first).kind === 'value'
}

/** Editors of one system put a byte order mark before the text. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

async function* readLines(file: string, input: Readable): AsyncGenerator<ScenarioText> {
  let line = 0
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    if (text.trim() !== '') yield parseJson({ file, line }, line === 1 ? withoutMark(text) : text)
  }
}

interface Place {
  readonly file: string
  readonly line: number
}

function parseJson(place: Place, text: string): ScenarioText {
  try {
    return found(place, JSON.parse(text))
  } catch (error) {
    return { ...place, kind: 'unreadable', message: `not JSON: ${(error as Error).message}` }
  }
}

function found(place: Place, value: unknown): ScenarioText {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return { ...place, ...(typeof id === 'string' ? { id } : {}), kind: 'value', value }
}
