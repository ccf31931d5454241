import { answerScenario, parseScenario } from '../../core/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { readScenarios, type ScenarioText } from '../scenario-source.ts'

export const command: Command = {
  args: [
    { usage: '<file...>', summary: 'JSON (one scenario or a list), NDJSON, a directory, or -' },
  ],
  options: [],
  examples: ['stile evaluate examples/evaluate/across-accounts.json'],
  details:
    'Answers one JSON line per scenario, in order, and goes on after one that is malformed. Exit 2 if one was malformed, else 1 if an `expect` failed, else 0: a denial that nobody spoke of is no failure.',
  run: async ({ args }, context) => {
    let worst: ExitCode = exitCodes.done
    for await (const scenario of readScenarios(args, context)) {
      const answer = answerOne(scenario)
      await writeLine(answer.line, context)
      for (const problem of answer.problems) {
        context.stderr.write(`${scenario.file}:${scenario.line}: ${problem}\n`)
      }
      worst = Math.max(worst, answer.exitCode)
    }
    return worst
  },
}

interface Answer {
  readonly line: object
  readonly exitCode: ExitCode
  /** Why the scenario is malformed, also for the eyes of a person. */
  readonly problems: readonly string[]
}

function answerOne(scenario: ScenarioText): Answer {
  if (scenario.kind === 'unreadable') return malformed(scenario, [scenario.message])
  const parsed = parseScenario(scenario.value)
  if (!parsed.ok) return malformed(scenario, parsed.problems.map(renderScenarioProblem))
  const answer = answerScenario(parsed.scenario)
  const exitCode = answer.ok === false ? exitCodes.denied : exitCodes.done
  return { line: answer, exitCode, problems: [] }
}

function malformed(at: ScenarioText, problems: readonly string[]): Answer {
  const { file, line, id } = at
  return {
    line: { ...(id === undefined ? {} : { id }), error: { file, line, problems } },
    exitCode: exitCodes.usage,
    problems,
  }
}

function renderScenarioProblem(problem: {
  readonly path: string
  readonly message: string
}): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`
}

/** Waits where the reader is slower than we are. */
async function writeLine(value: object, { stdout }: CommandContext): Promise<void> {
  if (stdout.write(`${JSON.stringify(value)}\n`)) return
  await new Promise((resolve) => stdout.once('drain', resolve))
}
