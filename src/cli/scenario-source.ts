import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
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

/** The scenarios of files, directories (`.json`, `.jsonl`, `.ndjson`) and standard input (`-`), in order. */
export async function* readScenarios(
  paths: readonly string[],
  context: CommandContext,
): AsyncGenerator<ScenarioText> {
  for (const path of paths) {
    if (path === '-') yield* readLines('-', context.stdin)
    else for (const file of await filesOf(resolve(context.cwd, path))) yield* readFileOf(file)
  }
}

async function filesOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new CliError(`\`${path}\` does not exist`)
  if (!found.isDirectory()) return [path]
  const names = (await readdir(path)).filter((name) => /\.(json|jsonl|ndjson)$/.test(name)).sort()
  return names.map((name) => join(path, name))
}

async function* readFileOf(file: string): AsyncGenerator<ScenarioText> {
  if (!file.endsWith('.json')) {
    yield* readLines(file, createReadStream(file))
    return
  }
  const whole = parseJson({ file, line: 1 }, await readFile(file, 'utf8'))
  if (whole.kind === 'value' && Array.isArray(whole.value)) {
    for (const [index, value] of whole.value.entries())
      yield found({ file, line: index + 1 }, value)
  } else yield whole
}

async function* readLines(file: string, input: Readable): AsyncGenerator<ScenarioText> {
  let line = 0
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    if (text.trim() !== '') yield parseJson({ file, line }, text)
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
