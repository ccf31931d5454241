import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'

/** AWS: characters of a session policy; with the tags there is a second, packed limit that only AWS can tell. */
const mostCharacters = 2048

/** The file of `--policy`, without the blanks that only a person needs: STS counts characters. */
export async function loadSessionPolicy(file: string, { cwd }: CommandContext): Promise<string> {
  const document = parse(file, await readText(resolve(cwd, file), file))
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new CliError(`--policy: \`${file}\` holds no policy: it begins with \`{\``)
  }
  const text = JSON.stringify(document)
  if (text.length <= mostCharacters) return text
  throw new CliError(
    `--policy: \`${file}\` has ${text.length} characters without blanks, AWS takes ${mostCharacters}`,
    { remedy: 'name what is alike by a wildcard, or make it a managed policy for --policy-arn' },
  )
}

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const why = code === 'ENOENT' ? 'there is no such file' : code
    throw new CliError(`--policy: cannot read \`${file}\`: ${why}`, { cause })
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CliError(`--policy: \`${file}\` is not JSON: ${why}`, { cause })
  }
}
