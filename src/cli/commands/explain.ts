import { type AccessAnswer, explainAccess } from '../../access/index.ts'
import { explain, flip, parseScenario, renderExplanation, renderFlip } from '../../core/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { decisionTimeMs } from '../decision-time.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { readDenied } from '../explain-denied.ts'
import { type Explained, explainDenied, explainInSource } from '../explain-source.ts'
import { fitLine } from '../fit-line.ts'
import { describeProblems, requireAccess } from '../load-access.ts'
import { createOutput, type Output } from '../output.ts'
import { paintLine } from '../paint-plan.ts'
import { openPolicySource, requestContext, sourceOptions } from '../policy-source.ts'
import { contextPairs } from '../request-context.ts'
import { readScenarios } from '../scenario-source.ts'

export const command: Command = {
  args: [
    { usage: '[principal]', summary: 'a grant, ACCOUNT:role/NAME, ACCOUNT:user/NAME or an ARN' },
    { usage: '[action]', summary: 'such as sts:AssumeRole' },
    { usage: '[resource]', summary: 'an ARN, or the name of a role of the access file' },
  ],
  options: [
    ...sourceOptions,
    { flags: '--account <name>', summary: 'for a grant that reaches several: whose role' },
    { flags: '--resource-account <id>', summary: 'owner, where the ARN does not tell' },
    {
      flags: '--denied <file>',
      summary:
        'explain an AccessDenied text, a CloudTrail event or a decoded message; - reads input',
    },
    {
      flags: '--scenario <file>',
      summary: 'explain scenarios as `evaluate` takes them; - reads NDJSON',
    },
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
    const explanations = await answer({ args, options, context })
    if (options.json === true) {
      const all = explanations.map((each) => ({
        ...each.explanation,
        flip: each.flip,
        notes: each.notes,
      }))
      output.json({ version: 1, explanations: all })
    } else {
      const width = context.stdout.columns
      for (const explained of explanations) printExplained(explained, output, width)
    }
    return exitCodeOf(explanations)
  },
}

interface Asked {
  readonly args: readonly string[]
  readonly options: OptionValues
  readonly context: CommandContext
}

async function answer({ args, options, context }: Asked): Promise<readonly Explained[]> {
  if (typeof options.scenario === 'string') return explainScenarios(options.scenario, context)
  if (typeof options.denied === 'string') {
    return explainRefusals(options.denied, { args, options, context })
  }
  const { subject, action, resource } = requireQuestion(args)
  const isOther = typeof options.policies === 'string' || options.live === true
  if (!isOther && !subject.startsWith('arn:')) {
    return [await explainQuestion({ subject, action, resource }, { options, context })]
  }
  const source = await openPolicySource({ options, context })
  const asked = { subject, action, resource, context: requestContext({ options, context }) }
  return [explainInSource(source, { ...asked, ...accountOf(options) })]
}

function accountOf(options: OptionValues): { readonly resourceAccount?: string } {
  const { resourceAccount } = options
  return typeof resourceAccount === 'string' ? { resourceAccount } : {}
}

async function explainRefusals(
  path: string,
  { args, options, context }: Asked,
): Promise<readonly Explained[]> {
  const refusals = await readDenied(path, context)
  const source = await openPolicySource({ options, context })
  const [principal, action, resource] = args
  const more = {
    instead: {
      ...(principal === undefined ? {} : { principal }),
      ...(action === undefined ? {} : { action }),
      ...(resource === undefined ? {} : { resource }),
    },
    ...accountOf(options),
    context: contextPairs(options.context),
    time: requestContext({ options: { ...options, context: [] }, context }),
  }
  return refusals.map((refusal) => explainDenied(source, refusal, more))
}

/** Fits the terminal, where there is one. */
function printExplained(
  { explanation, flip: found, notes }: Explained,
  output: Output,
  width: number | undefined,
): void {
  const [answer = '', ...rest] = renderExplanation(explanation)
  const style = explanation.decision.kind === 'allow' ? 'good' : 'bad'
  output.print(output.paint(style, fitLine(answer, width)))
  for (const line of rest) output.print(paintLine(fitLine(line, width), output))
  for (const line of renderFlip(found)) output.print(fitLine(line, width))
  for (const note of notes) output.print(output.paint('dim', fitLine(note, width)))
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
    const explanation = explain(request, layers)
    explanations.push({ explanation, flip: flip(request, layers), notes: [] })
  }
  return explanations
}

interface Question {
  readonly subject: string
  readonly action: string
  readonly resource: string
}

function requireQuestion([subject, action, resource]: readonly string[]): Question {
  if (subject !== undefined && action !== undefined && resource !== undefined) {
    return { subject, action, resource }
  }
  throw new CliError('name a principal, an action and a resource', {
    remedy: 'as in `stile explain push-images ecr:PutImage RESOURCE-ARN`',
  })
}

async function explainQuestion(
  { subject, action, resource }: Question,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<Explained> {
  const access = await requireAccess(options, context)
  const found = explainAccess(access, {
    subject,
    action,
    resource,
    ...(typeof options.account === 'string' ? { account: options.account } : {}),
    context: contextPairs(options.context),
    nowMs: decisionTimeMs(options, context),
  })
  return requireExplained(found, subject)
}

function requireExplained(answer: AccessAnswer, subject: string): Explained {
  switch (answer.kind) {
    case 'explained':
      return { explanation: answer.explanation, flip: answer.flip, notes: [] }
    case 'problems':
      throw new CliError(describeProblems(answer.problems))
    default:
      throw new CliError(`\`${subject}\` is nobody that the access file lets one name`, {
        remedy: `there are: ${answer.known.join(', ')}`,
      })
  }
}
