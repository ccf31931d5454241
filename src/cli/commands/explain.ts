import { type AccessAnswer, explainAccess } from '../../access/index.ts'
import {
  type Explanation,
  explain,
  type Flip,
  flip,
  parseScenario,
  renderExplanation,
  renderFlip,
} from '../../core/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { decisionTimeMs } from '../decision-time.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { describeProblems, requireAccess } from '../load-access.ts'
import { createOutput, type Output } from '../output.ts'
import { paintLine } from '../paint-plan.ts'
import { readScenarios } from '../scenario-source.ts'

export const command: Command = {
  args: [
    { usage: '[principal]', summary: 'a grant, ACCOUNT:role/NAME or ACCOUNT:user/NAME' },
    { usage: '[action]', summary: 'such as sts:AssumeRole' },
    { usage: '[resource]', summary: 'an ARN, or the name of a role of the access file' },
  ],
  options: [
    commonOptions.file,
    { flags: '--account <name>', summary: 'for a grant that reaches several: whose role' },
    { flags: '-c, --context <key=value...>', summary: 'condition keys of the request' },
    {
      flags: '--scenario <file>',
      summary: 'explain scenarios as `evaluate` takes them; - reads NDJSON',
    },
    commonOptions.at,
    commonOptions.json,
  ],
  examples: [
    'stile explain build:role/gitlab-runner sts:AssumeRole OurThingBuildRole \\',
    '  -c sts:ExternalId=some_key_build -f examples/cross-account-build/access.yaml',
  ],
  details:
    'Says yes or no, which document of which account decides, how every statement answered, and the smallest change that would turn the answer around. Exit 1 when denied.',
  run: async ({ args, options }, context) => {
    const output = createOutput(context, options)
    const explanations =
      typeof options.scenario === 'string'
        ? await explainScenarios(options.scenario, context)
        : [await explainQuestion(args, { context, options })]
    if (options.json === true) {
      const all = explanations.map((each) => ({ ...each.explanation, flip: each.flip }))
      output.json({ version: 1, explanations: all })
    } else for (const explained of explanations) printExplained(explained, output)
    return exitCodeOf(explanations)
  },
}

interface Explained {
  readonly explanation: Explanation
  readonly flip: Flip
}

function printExplained({ explanation, flip: found }: Explained, output: Output): void {
  const [answer = '', ...rest] = renderExplanation(explanation)
  output.print(output.paint(explanation.decision.kind === 'allow' ? 'good' : 'bad', answer))
  for (const line of rest) output.print(paintLine(line, output))
  for (const line of renderFlip(found)) output.print(line)
}

function exitCodeOf(explanations: readonly Explained[]): ExitCode {
  const isAllowed = explanations.every(({ explanation }) => explanation.decision.kind === 'allow')
  return isAllowed ? exitCodes.done : exitCodes.denied
}

async function explainScenarios(
  path: string,
  context: CommandContext,
): Promise<readonly Explained[]> {
  const explanations: Explained[] = []
  for await (const found of readScenarios([path], context)) {
    const parsed = found.kind === 'value' ? parseScenario(found.value) : undefined
    if (parsed?.ok !== true) {
      const problems = found.kind === 'unreadable' ? [found] : (parsed?.problems ?? [])
      const why = problems.map(({ message }) => message).join('; ')
      throw new CliError(`${found.file}:${found.line}: ${why}`)
    }
    const { request, layers } = parsed.scenario
    explanations.push({ explanation: explain(request, layers), flip: flip(request, layers) })
  }
  return explanations
}

async function explainQuestion(
  [subject, action, resource]: readonly string[],
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<Explained> {
  if (subject === undefined || action === undefined || resource === undefined) {
    throw new CliError('name a principal, an action and a resource', {
      remedy: 'as in `stile explain push-images ecr:PutImage RESOURCE-ARN`',
    })
  }
  const access = await requireAccess(options, context)
  const answer = explainAccess(access, {
    subject,
    action,
    resource,
    ...(typeof options.account === 'string' ? { account: options.account } : {}),
    context: contextOf(options.context),
    nowMs: decisionTimeMs(options, context),
  })
  return requireExplained(answer, subject)
}

function requireExplained(answer: AccessAnswer, subject: string): Explained {
  switch (answer.kind) {
    case 'explained':
      return answer
    case 'problems':
      throw new CliError(describeProblems(answer.problems))
    default:
      throw new CliError(`\`${subject}\` is nobody that the access file lets one name`, {
        remedy: `there are: ${answer.known.join(', ')}`,
      })
  }
}

/** `key=value` pairs; a key given twice has both values. */
function contextOf(pairs: unknown): Readonly<Record<string, readonly string[]>> {
  const context: Record<string, readonly string[]> = {}
  for (const pair of Array.isArray(pairs) ? pairs.map(String) : []) {
    const at = pair.indexOf('=')
    if (at < 1) throw new CliError(`--context \`${pair}\`: write it as key=value`)
    const key = pair.slice(0, at)
    context[key] = [...(context[key] ?? []), pair.slice(at + 1)]
  }
  return context
}
