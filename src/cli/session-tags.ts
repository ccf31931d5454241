import type { RoleHop } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { OptionValues } from './command.ts'

export interface SessionTags {
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
}

const mostTags = 50

/**
 * The hop's own tags, and those of `--tag` and `--transitive-tag`, which win over them.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function tagsOf(hop: RoleHop, options: OptionValues): SessionTags {
  const plain = listOf(options.tag).map((text) => splitTag('--tag', text))
  const transitive = listOf(options.transitiveTag).map((text) => splitTag('--transitive-tag', text))
  const given = [...plain, ...transitive]
  requireDistinct(given.map(([key]) => key))
  const tags = { ...hop.tags, ...Object.fromEntries(given) }
  const count = Object.keys(tags).length
  if (count > mostTags) {
    throw new CliError(`${count} session tags: AWS takes ${mostTags} at most`)
  }
  const transitiveTagKeys = [...(hop.transitiveTagKeys ?? []), ...transitive.map(([key]) => key)]
  return { tags, transitiveTagKeys: [...new Set(transitiveTagKeys)] }
}

function splitTag(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at <= 0) {
    throw new CliError(`${flag} \`${text}\`: write it as key=value`, {
      remedy: `${flag} takes all that follows: a name goes before it`,
    })
  }
  const [key, value] = [text.slice(0, at), text.slice(at + 1)]
  const fault = faultOf(key, value)
  if (fault !== undefined) throw new CliError(`${flag} \`${text}\`: ${fault}`)
  return [key, value]
}

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u

function faultOf(key: string, value: string): string | undefined {
  if (key.length > 128) return `its key has ${key.length} characters, AWS takes 128`
  if (value.length > 256) return `its value has ${value.length} characters, AWS takes 256`
  if (/^aws:/i.test(key)) return 'keys that begin with `aws:` are for AWS'
  const isFine = characters.test(key) && characters.test(value)
  return isFine ? undefined : 'AWS takes letters, digits, blanks and _.:/=+-@'
}

/** AWS: keys that differ in case alone are one key. */
function requireDistinct(keys: readonly string[]): void {
  const twice = keys.find((key, index) =>
    keys.slice(0, index).some((other) => other.toLowerCase() === key.toLowerCase()),
  )
  if (twice !== undefined) throw new CliError(`the session tag \`${twice}\` is given twice`)
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
