import { didYouMean } from '../core/index.ts'
import { CliError } from './cli-error.ts'

/** The one of an option's words that was given; a usage error that lists them all where it is none. */
export function chooseWord<W extends string>(
  option: string,
  given: unknown,
  words: readonly W[],
): W {
  const word = words.find((each) => each === given)
  if (word !== undefined) return word
  const text = String(given)
  throw new CliError(`\`${option}\` does not take \`${text}\`${didYouMean(text, words)}`, {
    remedy: `it is one of ${words.join(', ')}`,
  })
}
