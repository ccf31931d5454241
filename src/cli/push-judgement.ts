import { explainAccess } from '../access/index.ts'
import {
  callerOf,
  deferPolicy,
  type EstateResource,
  indexEstate,
  parseAccountId,
  parsePolicy,
} from '../core/index.ts'
import {
  type ImageAddress,
  obtainSession,
  type RepositoryReading,
  readRepository,
} from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { decisionTimeMs } from './decision-time.ts'
import { type Explained, explainInSource } from './explain-source.ts'
import { grantRoleArn } from './grant.ts'
import { obtainTools } from './grant-session.ts'
import { describeProblems } from './load-access.ts'
import { openPolicySource, requestContext } from './policy-source.ts'
import type { Pusher } from './push-subject.ts'
import { chooseEcrEndpoint } from './registry-login.ts'
import { chooseStsEndpoint } from './sts-endpoint.ts'

export interface PushJudgement {
  /** One decision for every call that a push makes. */
  readonly steps: readonly Explained[]
  /** What stands in the way although every call is allowed. */
  readonly obstacles: readonly string[]
  readonly notes: readonly string[]
}

export interface PushRequest {
  readonly context: CommandContext
  readonly options: OptionValues
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const onRepository = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
] as const

/** Decides a push call by call, by the access file or with `--live` by what is there. */
export async function judgePush(
  image: ImageAddress,
  pusher: Pusher,
  request: PushRequest,
): Promise<PushJudgement> {
  const { partition } = accountOf(image, pusher)
  const { accountId, region, repository } = image
  const arn = `arn:${partition}:ecr:${region}:${accountId}:repository/${repository}`
  const calls = [
    { action: 'ecr:GetAuthorizationToken', resource: '*' },
    ...onRepository.map((action) => ({ action, resource: arn })),
  ]
  return request.options.live === true
    ? judgeLive({ image, arn, calls }, pusher, request)
    : judgeByFile(calls, pusher, request)
}

interface Call {
  readonly action: string
  readonly resource: string
}

function judgeByFile(
  calls: readonly Call[],
  { access, subject, account }: Pusher,
  { context, options }: PushRequest,
): PushJudgement {
  const nowMs = decisionTimeMs(options, context)
  const steps = calls.map((call): Explained => {
    const who = { subject, ...(account === undefined ? {} : { account }) }
    const answer = explainAccess(access, { ...who, ...call, context: {}, nowMs })
    if (answer.kind === 'explained') return { ...answer, notes: [] }
    if (answer.kind === 'problems') throw new CliError(describeProblems(answer.problems))
    throw new CliError(`\`${subject}\` is nobody that the access file lets one name`, {
      remedy: `there are: ${answer.known.join(', ')}`,
    })
  })
  const unknown = "the repository's policy, whether it exists, and whether the tag is free"
  return { steps, obstacles: [], notes: [`not read: ${unknown}; --live reads them`] }
}

interface LivePush {
  readonly image: ImageAddress
  readonly arn: string
  readonly calls: readonly Call[]
}

async function judgeLive(
  { image, arn, calls }: LivePush,
  pusher: Pusher,
  request: PushRequest,
): Promise<PushJudgement> {
  const options = { ...request.options, file: pusher.file }
  const source = await openPolicySource({ ...request, options })
  const repository = await readLiveRepository(image, pusher, request)
  const { estate } = source.index
  const resources = [...estate.resources, ...policyOf(repository, arn, image)]
  const known = { ...source, index: indexEstate({ ...estate, resources }) }
  const context = requestContext({ ...request, options })
  const steps = calls.map((call) =>
    explainInSource(known, { subject: subjectArn(pusher), ...call, context }),
  )
  // Of this one repository it is known whether it has a policy.
  const hasRead = repository.kind === 'repository'
  const isTold = (note: string): boolean => hasRead && note.includes(`\`${arn}\` has a policy`)
  const notes = steps.flatMap((step) => step.notes).filter((note) => !isTold(note))
  return {
    steps,
    obstacles: obstaclesOf(repository, image),
    notes: [...new Set([...notes, ...unreadOf(repository)])],
  }
}

/** A grant's role, as everybody has to name it outside the access file. */
function subjectArn({ subject, account, access }: Pusher): string {
  const grant = access.grants.find(({ name }) => name === subject)
  if (grant === undefined) return subject
  return grantRoleArn(
    grant,
    grant.to.accounts.find(({ name }) => name === account),
  )
}

/** Read as whom Stile signs in to the registry's account. */
async function readLiveRepository(
  image: ImageAddress,
  pusher: Pusher,
  { context, options }: PushRequest,
): Promise<RepositoryReading> {
  const { profile } = accountOf(image, pusher)
  const source =
    profile === undefined ? { kind: 'default' as const } : { kind: 'profile' as const, profile }
  const { environment } = context
  const endpoint = await chooseStsEndpoint({ options, profile, environment })
  const plan = { name: profile ?? 'default', source, hops: [], endpoint }
  const outcome = await obtainSession(plan, obtainTools({ context, options }))
  if (outcome.kind !== 'session') {
    return { kind: 'failed', code: 'NotSignedIn', message: outcome.message }
  }
  const { arn, credentials } = outcome.session
  const caller = callerOf(arn)
  if (caller === undefined || !('accountId' in caller) || caller.accountId !== image.accountId) {
    return { kind: 'failed', code: 'OtherAccount', message: `${arn} is of another account` }
  }
  const { endpointUrl } = await chooseEcrEndpoint({ plan, inputs: [] }, { context, options })
  const ecr = { region: image.region, ...(endpointUrl === undefined ? {} : { endpointUrl }) }
  return readRepository(image, credentials, ecr)
}

function policyOf(
  repository: RepositoryReading,
  arn: string,
  image: ImageAddress,
): readonly EstateResource[] {
  const accountId = parseAccountId(image.accountId)
  const text = repository.kind === 'repository' ? repository.policyText : undefined
  if (text === undefined || accountId === undefined) return []
  const parsed = parsePolicy(JSON.parse(text), 'resource')
  if (parsed.ok) {
    const policy = deferPolicy(`policy of ${image.repository}`, () => parsed.policy)
    return [{ arn, accountId, policy }]
  }
  const [problem] = parsed.problems
  throw new CliError(`the policy of ${image.repository} cannot be read: ${problem?.message}`)
}

function obstaclesOf(repository: RepositoryReading, image: ImageAddress): readonly string[] {
  if (repository.kind === 'absent') {
    return [`there is no repository \`${image.repository}\` in ${image.region}`]
  }
  const isTaken =
    repository.kind === 'repository' &&
    repository.areTagsImmutable &&
    repository.isTagTaken === true
  return isTaken ? [`the tag \`${image.tag}\` is taken, and tags there never move`] : []
}

function unreadOf(repository: RepositoryReading): readonly string[] {
  if (repository.kind !== 'denied' && repository.kind !== 'failed') return []
  return [`not read: the repository and its policy: ${repository.code}: ${repository.message}`]
}

function accountOf({ accountId }: ImageAddress, { access }: Pusher) {
  const account = access.accounts.find(({ id }) => id === accountId)
  if (account !== undefined) return account
  throw new CliError(`account ${accountId} is not in the access file`, {
    remedy: 'declare it under `accounts`, or name the file with --file',
  })
}
