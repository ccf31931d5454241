import { renderExplanation, renderFlip } from '../../core/index.ts'
import { type ImageAddress, parseImageAddress } from '../../session/index.ts'
import { CliError } from '../cli-error.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import type { Explained } from '../explain-source.ts'
import { fitLine } from '../fit-line.ts'
import { createOutput, type Output } from '../output.ts'
import { paintLine } from '../paint-plan.ts'
import { judgePush, type PushJudgement } from '../push-judgement.ts'
import { findPusher } from '../push-subject.ts'

export const command: Command = {
  args: [{ usage: '<image>', summary: 'REGISTRY/REPOSITORY[:TAG]' }],
  options: [
    commonOptions.file,
    { flags: '--as <name>', summary: 'who pushes: a grant, ACCOUNT:role/NAME or an ARN' },
    { flags: '--live', summary: 'ask the accounts and the repository as they are now' },
    commonOptions.at,
    commonOptions.endpointUrl,
    commonOptions.region,
    commonOptions.json,
  ],
  examples: [
    'stile push-check 222222222222.dkr.ecr.eu-west-1.amazonaws.com/app:v1 \\',
    '  -f examples/cross-account-build/access.yaml',
  ],
  details:
    'Decides every call that a push makes, by the access file, or with --live by the policies of both sides and of the repository as they are. Without --as it takes who signs in to the registry. Exit 1 where a push would fail.',
  run: async ({ args, options }, context) => {
    const output = createOutput(context, options)
    const image = requireImage(args[0] ?? '')
    const subject = await findPusher(image, { context, options })
    const judgement = await judgePush(image, subject, { context, options })
    const isAllowed = judgement.obstacles.length === 0 && judgement.steps.every(isStepAllowed)
    if (options.json === true) printJson(judgement, { image, subject, isAllowed, output })
    else printJudgement(judgement, { image, subject, isAllowed, output }, context.stdout.columns)
    return isAllowed ? exitCodes.done : exitCodes.denied
  },
}

function requireImage(text: string): ImageAddress {
  const image = parseImageAddress(text)
  if (image !== undefined) return image
  throw new CliError(`\`${text}\` is no image of an ECR registry`, {
    remedy: 'as in 222222222222.dkr.ecr.eu-west-1.amazonaws.com/app:v1',
  })
}

function isStepAllowed({ explanation }: Explained): boolean {
  return explanation.decision.kind === 'allow'
}

interface Shown {
  readonly image: ImageAddress
  readonly subject: { readonly subject: string }
  readonly isAllowed: boolean
  readonly output: Output
}

function printJson(judgement: PushJudgement, { image, subject, isAllowed, output }: Shown): void {
  const steps = judgement.steps.map(({ explanation, flip }) => ({ ...explanation, flip }))
  const { obstacles, notes } = judgement
  const head = { version: 1, image, as: subject.subject, allowed: isAllowed }
  output.json({ ...head, obstacles, steps, notes })
}

/** The calls in a line each, then the first refusal in full: the others mostly have its cause. */
function printJudgement(
  { steps, obstacles, notes }: PushJudgement,
  { image, subject, isAllowed, output }: Shown,
  width: number | undefined,
): void {
  const line = (text: string): void => output.print(paintLine(fitLine(text, width), output))
  const what = `${subject.subject} ${isAllowed ? 'may' : 'may not'} push to ${image.repository}`
  output.print(output.paint(isAllowed ? 'good' : 'bad', fitLine(what, width)))
  for (const step of steps) {
    const mark = isStepAllowed(step) ? '+' : '-'
    line(`  ${mark} ${step.explanation.request.action}`)
  }
  for (const obstacle of obstacles) line(`  - ${obstacle}`)
  const refused = steps.find((step) => !isStepAllowed(step))
  if (refused !== undefined) {
    output.print()
    for (const text of renderExplanation(refused.explanation)) line(text)
    for (const text of renderFlip(refused.flip)) line(text)
  }
  for (const note of notes) output.print(output.paint('dim', fitLine(note, width)))
}
