import { CliError } from './cli-error.ts'

/** Says which keys there are instead. */
export function noSuchKeys(name: string, all: readonly { readonly name: string }[]): CliError {
  const names = all.map((each) => each.name).join(', ')
  return new CliError(`no keys are kept as \`${name}\``, {
    remedy: names === '' ? 'keep some with `stile keys add NAME`' : `there are: ${names}`,
  })
}
