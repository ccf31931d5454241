import { expandActions, resourcesOfAction } from '../../catalog/index.ts'
import {
  type Claim,
  type NeverProof,
  parseClaim,
  proveNever,
  renderRequest,
} from '../../core/index.ts'
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
  args: [{ usage: '<policy...>', summary: 'policy documents, ARNs of AWS managed ones, or -' }],
  options: [
    { flags: '--never <claim>', summary: 'what no policy may allow, as in the example' },
    { flags: '--type <type>', summary: 'identity, resource, trust, boundary, scp, …' },
    commonOptions.json,
  ],
  examples: [
    "stile prove --never 'principal can iam:*' \\",
    '  arn:aws:iam::aws:policy/AmazonS3FullAccess',
  ],
  details:
    'Proves over all requests that no policy allows what is claimed never to be, or shows a request that one does allow. A claim is `principal [outside|in NAMES] can ACTION [on RESOURCE]`; names are account ids, ARNs and AWS services. Exit 1 unless everything is proved.',
  run: async ({ args, options }, context) => {
    const claim = requireClaim(options.never)
    const answers = await proveAll(args, claim, { context, options })
    const output = createOutput(context, options)
    if (options.json === true) output.json({ version: 1, never: options.never, answers })
    else for (const answer of answers) printAnswer(answer, output)
    return exitCodeOf(answers)
  },
}

function requireClaim(text: unknown): Claim {
  if (typeof text !== 'string') {
    throw new CliError('say what is never to be', {
      remedy: "as in --never 'principal outside 111111111111 can sts:AssumeRole'",
    })
  }
  const parsed = parseClaim(text)
  if (parsed.ok) return parsed.claim
  throw new CliError(`--never \`${text}\`: ${parsed.message}`)
}

interface Answer {
  readonly source: string
  readonly proof: NeverProof
}

async function proveAll(
  sources: readonly string[],
  claim: Claim,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<readonly Answer[]> {
  const given = requirePolicyType(options.type)
  const answers: Answer[] = []
  for (const source of sources) {
    const document = await loadPolicyDocument(source, context)
    const policy = requirePolicy(document, { source, type: given ?? policyTypeOf(document) })
    const known = { listActions: expandActions, listResources: resourcesOfAction }
    answers.push({ source, proof: proveNever(policy, claim, known) })
  }
  return answers
}

function exitCodeOf(answers: readonly Answer[]): ExitCode {
  const isProved = answers.every(({ proof }) => proof.kind === 'proved')
  return isProved ? exitCodes.done : exitCodes.denied
}

function printAnswer({ source, proof }: Answer, output: Output): void {
  const place = proof.kind === 'refuted' ? `, Statement[${proof.statement}]` : ''
  const why = proof.kind === 'undecided' ? `: ${proof.reason}` : ''
  output.print(`${output.paint(styles[proof.kind], proof.kind)} ${source}${place}${why}`)
  if (proof.kind !== 'refuted') return
  for (const line of renderRequest(proof.witness)) output.print(`  ${line}`)
}

const styles = { proved: 'good', refuted: 'bad', undecided: 'warning' } as const
