import { expandActions, resourcesOfAction } from '../../catalog/index.ts'
import { type Comparison, comparePolicies, renderComparison } from '../../core/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions, type OptionValues } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { createOutput, type Output } from '../output.ts'
import {
  loadPolicyDocument,
  policyTypeOf,
  requirePolicy,
  requirePolicyType,
} from '../policy-file.ts'

export const command: Command = {
  args: [
    { usage: '<old>', summary: 'a policy document, the ARN of an AWS managed one, or -' },
    { usage: '<new>', summary: 'what is to replace it' },
  ],
  options: [
    { flags: '--type <type>', summary: 'identity, resource, trust, boundary, scp, …' },
    { flags: '--fail-on <what>', summary: 'exit 1 when it is `broader`, or on `any` difference' },
    commonOptions.json,
  ],
  examples: [
    'stile compare arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess \\',
    '  arn:aws:iam::aws:policy/AmazonS3FullAccess',
  ],
  details:
    'Decides by reasoning over all requests what the new policy allows and the old one does not, and the reverse. Every difference comes with a request that shows it. What is undecided counts as a failure.',
  run: async ({ args, options }, context) => {
    const failOn = requireFailOn(options.failOn)
    const comparison = await compareFiles(args, { context, options })
    const output = createOutput(context, options)
    if (options.json === true) output.json({ version: 1, ...comparison })
    else print(comparison, output)
    return exitCodeOf(comparison, failOn)
  },
}

async function compareFiles(
  [before = '', after = '']: readonly string[],
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<Comparison> {
  const [old, next] = [
    await loadPolicyDocument(before, context),
    await loadPolicyDocument(after, context),
  ]
  const type = requirePolicyType(options.type) ?? policyTypeOf(old)
  return comparePolicies(
    requirePolicy(old, { source: before, type }),
    requirePolicy(next, { source: after, type }),
    { listActions: expandActions, listResources: resourcesOfAction },
  )
}

type FailOn = 'broader' | 'any' | undefined

function requireFailOn(value: unknown): FailOn {
  if (value === undefined || value === 'broader' || value === 'any') return value
  throw new CliError(`--fail-on \`${String(value)}\`: it is \`broader\` or \`any\``)
}

/** What is not proved to be no difference counts as one. */
function exitCodeOf({ verdict, gained }: Comparison, failOn: FailOn): ExitCode {
  if (failOn === 'any') return verdict === 'equal' ? exitCodes.done : exitCodes.denied
  const isBroader = gained.differences.length + gained.undecided.length > 0
  return failOn === 'broader' && isBroader ? exitCodes.denied : exitCodes.done
}

function print(comparison: Comparison, output: Output): void {
  const [headline = '', ...rest] = renderComparison(comparison)
  output.print(output.paint(comparison.verdict === 'equal' ? 'good' : 'warning', headline))
  for (const line of rest) output.print(line)
}
