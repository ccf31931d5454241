import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nearestName } from '../../core/index.ts'
import { CliError } from '../cli-error.ts'
import type { Scenario } from './scenario.ts'

export interface FoundScenario {
  /** The folder's name. */
  readonly name: string
  /** Absolute. */
  readonly folder: string
}

/** The scenarios of a folder: every folder in it that holds a `scenario.js`, in alphabetical order. */
export async function discoverScenarios(examples: string): Promise<readonly FoundScenario[]> {
  const entries = await readdir(examples, { withFileTypes: true })
  const found: FoundScenario[] = []
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const folder = join(examples, entry.name)
    if ((await readdir(folder)).includes('scenario.js')) found.push({ name: entry.name, folder })
  }
  return found.sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** The one scenario of that name, or all of them when no name is given. */
export function chooseScenarios(
  found: readonly FoundScenario[],
  name: string | undefined,
): readonly FoundScenario[] {
  if (name === undefined) return found
  const chosen = found.filter((each) => each.name === name)
  if (chosen.length > 0) return chosen
  const names = found.map((each) => each.name)
  const near = nearestName(name, names)
  throw new CliError(`no example is called \`${name}\``, {
    remedy: near === undefined ? `there are: ${names.join(', ')}` : `did you mean \`${near}\`?`,
  })
}

export async function loadScenario(folder: string): Promise<Scenario> {
  return (await import(pathToFileURL(join(folder, 'scenario.js')).href)) as Scenario
}
