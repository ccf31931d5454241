import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { chooseScenarios, discoverScenarios } from '../demo/discover.ts'
import { renderSummary } from '../demo/render-summary.ts'
import { type DemoSettings, runScenario } from '../demo/run-scenario.ts'
import type { ScenarioResult } from '../demo/step-log.ts'
import { exitCodes } from '../exit-code.ts'
import { createOutput, type Output } from '../output.ts'

export const command: Command = {
  args: [{ usage: '[name]', summary: 'one example; all of them when left out' }],
  options: [
    commonOptions.json,
    { flags: '--keep', summary: 'leave the last embedded AWS up until Ctrl-C, for the AWS CLI' },
    { flags: '--examples <directory>', summary: 'other examples than those that came with Stile' },
  ],
  examples: ['stile demo cross-account-build', 'stile demo bucket-writer --keep'],
  details:
    'Runs each example from an empty AWS to its end: check, plan, apply, real work over HTTP with the AWS SDK, and the wrong ways in. Nothing leaves this machine.',
  run: async ({ args, options }, context) => {
    const found = await discoverScenarios(examplesDirectory(options, context))
    const chosen = chooseScenarios(found, args[0])
    const isJson = options.json === true
    const output = isJson ? silent : createOutput(context, options)
    if (isJson && options.keep === true) {
      throw new CliError('--keep prints lines for a shell, and --json leaves no room for them')
    }
    const results: ScenarioResult[] = []
    for (const scenario of chosen) {
      const isLast = scenario === chosen.at(-1)
      const keepUntil = options.keep === true && isLast ? context.interrupted : undefined
      results.push(await runScenario(scenario, settingsOf({ output, context, keepUntil })))
      output.print()
    }
    const ok = results.every((result) => result.ok)
    if (isJson) createOutput(context, options).json({ ok, scenarios: results })
    else for (const line of renderSummary(results, output)) output.print(line)
    return ok ? exitCodes.done : exitCodes.denied
  },
}

const silent: Output = { print: () => {}, say: () => {}, json: () => {}, paint: (_, text) => text }

function settingsOf(given: {
  readonly output: Output
  readonly context: CommandContext
  readonly keepUntil: AbortSignal | undefined
}): DemoSettings {
  const { output, context, keepUntil } = given
  return {
    output,
    searchPath: context.environment.PATH,
    ...(keepUntil === undefined ? {} : { keepUntil }),
  }
}

function examplesDirectory(options: OptionValues, context: CommandContext): string {
  if (typeof options.examples === 'string') return resolve(context.cwd, options.examples)
  return fileURLToPath(new URL('../../../examples', import.meta.url))
}
