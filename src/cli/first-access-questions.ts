import { cancel, isCancel, text } from '@clack/prompts'
import { findManagedPolicy, nearestManagedPolicy } from '../catalog/index.ts'
import { parseAccountId } from '../core/index.ts'
import { CliError } from './cli-error.ts'
import type { OptionValues } from './command.ts'
import { exitCodes } from './exit-code.ts'

interface Question {
  readonly key: string
  readonly message: string
  readonly placeholder: string
  /** What is wrong with an answer, or undefined. */
  readonly complaint: (answer: string) => string | undefined
}

const accountId = (answer: string) =>
  parseAccountId(answer) === undefined ? 'an account id has twelve digits' : undefined
const notEmpty = (answer: string) => (answer === '' ? 'please answer' : undefined)
const anything = () => undefined
const managedPolicy = (answer: string) => {
  if (findManagedPolicy(answer) !== undefined) return undefined
  const near = nearestManagedPolicy(answer)
  return near === undefined ? 'AWS has no such policy' : `AWS has none; did you mean ${near}?`
}

const questions: readonly Question[] = [
  {
    key: 'fromAccount',
    message: 'In which account is the caller? (account id)',
    placeholder: '111111111111',
    complaint: accountId,
  },
  {
    key: 'fromPrincipal',
    message: 'Who calls? role/NAME, user/NAME or group/NAME',
    placeholder: 'role/gitlab-runner',
    complaint: (answer) =>
      /^(role|user|group)\/.+/.test(answer) ? undefined : 'like role/NAME, user/NAME, group/NAME',
  },
  {
    key: 'toAccount',
    message: 'Which account is to be entered? (account id)',
    placeholder: '222222222222',
    complaint: accountId,
  },
  {
    key: 'role',
    message: 'How shall the role there be called?',
    placeholder: 'BuildRole',
    complaint: notEmpty,
  },
  {
    key: 'policy',
    message: 'Which AWS managed policy shall it have?',
    placeholder: 'AmazonEC2ContainerRegistryPowerUser',
    complaint: managedPolicy,
  },
  {
    key: 'externalId',
    message: 'An external id to demand? (empty: none)',
    placeholder: '',
    complaint: anything,
  },
]

/** Asks for everything that `given` leaves out. Ctrl-C ends the command. */
export async function askForFirstAccess(given: OptionValues): Promise<OptionValues> {
  const answers: Record<string, unknown> = { ...given }
  for (const question of questions.filter(({ key }) => given[key] === undefined)) {
    const answer = await text({
      message: question.message,
      placeholder: question.placeholder,
      validate: (value) => question.complaint((value ?? '').trim()),
    })
    if (isCancel(answer)) {
      cancel('nothing was written')
      throw new CliError('interrupted', { exitCode: exitCodes.interrupted })
    }
    const given = (answer ?? '').trim()
    if (given !== '') answers[question.key] = given
  }
  return answers
}
