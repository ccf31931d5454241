import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { matchFuzzily } from './fuzzy-match.ts'
import { type Candidate, loadCandidates } from './picker-candidates.ts'

/** Whether somebody is there to choose: keys come from standard input, the list is drawn on standard error. */
export function canPick({ stdin, stderr }: CommandContext, options: OptionValues): boolean {
  return stdin.isTTY === true && stderr.isTTY === true && options.input !== false
}

/**
 * Has the person choose from all that names could stand for. Draws on standard error alone, so that the command's own
 * output can be evaluated by a shell.
 */
export async function pickName(request: {
  readonly context: CommandContext
  readonly options: OptionValues
}): Promise<string> {
  const { context } = request
  const { list, problem } = await loadCandidates(request)
  if (problem !== undefined) context.stderr.write(`${problem}\n`)
  if (list.length === 0) {
    throw new CliError('there is nothing to choose from: no access file, no profile, no alias', {
      remedy: "give a role's ARN, or write a first access file with `stile init`",
    })
  }
  const { autocomplete, isCancel } = await import('@clack/prompts')
  const options = optionsOf(list, context.stderr.columns || 80)
  let searched = ''
  const chosen = await autocomplete<string>({
    message: 'Who do you want to be?',
    options() {
      // The best match is the one to take, not the one that was on top before.
      if (this.userInput !== searched) this.focusedValue = undefined
      searched = this.userInput
      return rank(options, this.userInput)
    },
    filter: () => true,
    maxItems: 12,
    output: context.stderr,
    withGuide: false,
  })
  if (isCancel(chosen)) throw new CliError('interrupted', { exitCode: exitCodes.interrupted })
  // Enter where nothing matches chooses nothing.
  if (typeof chosen !== 'string') throw new CliError('nothing was chosen')
  return chosen
}

interface PickerOption {
  readonly value: string
  readonly label: string
  readonly hint?: string
  readonly fields: readonly string[]
}

/** In the order of the list, while nothing is typed; then the best match first. */
function rank(options: readonly PickerOption[], typed: string): PickerOption[] {
  if (typed === '') return [...options]
  const scored = options.flatMap((option) => {
    const score = matchFuzzily(typed, option.fields)
    return score === undefined ? [] : [{ option, score }]
  })
  return scored.toSorted((a, b) => b.score - a.score).map(({ option }) => option)
}

/** What the list draws before a label. */
const marginColumns = 4

/** One line each: longer ones are cut. */
function optionsOf(list: readonly Candidate[], columns: number): readonly PickerOption[] {
  const nameWidth = Math.min(32, Math.max(...list.map(({ name }) => name.length)))
  const accountWidth = Math.min(16, Math.max(...list.map(({ account }) => account.length)))
  return list.map((candidate) => {
    const { name, kind, account, role, arn } = candidate
    const line = [name.padEnd(nameWidth), account.padEnd(accountWidth), role || kind].join('  ')
    const room = columns - marginColumns
    const label = cut(line.trimEnd(), room)
    // The hint stands in brackets after a space.
    const hint = arn === name || label.length + arn.length + 3 > room ? '' : arn
    return {
      value: name,
      label,
      ...(hint === '' ? {} : { hint }),
      fields: [name, account, role, arn],
    }
  })
}

function cut(line: string, room: number): string {
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`
}
