import type { CiEntry, CiJob } from './ci-job.ts'
import { profileLines, renderYaml, sessionName } from './render-job.ts'

export interface GithubStyle {
  /** `action`: aws-actions/configure-aws-credentials; `plain`: curl and jq, which every runner of GitHub's has. */
  readonly signIn: 'action' | 'plain'
}

/** A workflow of GitHub Actions. */
export async function renderGithub(job: CiJob, { signIn }: GithubStyle): Promise<string> {
  const { entry } = job
  const steps =
    entry.kind === 'runner'
      ? [runnerStep(job, entry.profile)]
      : [signIn === 'action' ? actionStep(job, entry) : plainStep(job, entry)]
  const places = entry.kind === 'token' ? placesOf(entry) : emptyPlaces
  const workflow = {
    name: job.name,
    on: triggersOf(places),
    jobs: {
      [job.name]: {
        'runs-on': entry.kind === 'token' ? 'ubuntu-latest' : 'self-hosted',
        ...(places.environment === undefined ? {} : { environment: places.environment }),
        ...(entry.kind === 'token'
          ? { permissions: { 'id-token': 'write', contents: 'read' } }
          : {}),
        steps: [...steps, { run: 'aws sts get-caller-identity' }],
      },
    },
  }
  return renderYaml(workflow, commentsOf(job))
}

function commentsOf({ name, entry }: CiJob): readonly string[] {
  if (entry.kind === 'runner') {
    return [`Works as grant ${name} by the role of the runner itself, which must be self-hosted.`]
  }
  return [
    `Works as grant ${name}; AWS lets these tokens in:`,
    ...entry.subjects.map(({ subject }) => `  ${subject}`),
  ]
}

type TokenEntry = Extract<CiEntry, { readonly kind: 'token' }>

interface Places {
  readonly branches: readonly string[]
  readonly tags: readonly string[]
  readonly hasPullRequests: boolean
  readonly environment: string | undefined
}

const emptyPlaces: Places = {
  branches: [],
  tags: [],
  hasPullRequests: false,
  environment: undefined,
}

/** Where a job must run for its token to carry one of the subjects. */
function placesOf({ subjects }: TokenEntry): Places {
  const admitted = subjects.map(({ admits }) => admits)
  const namesOf = (kind: 'branch' | 'tag' | 'environment'): readonly string[] => [
    ...new Set(admitted.flatMap((each) => (each.kind === kind ? [each.name] : []))),
  ]
  return {
    branches: namesOf('branch'),
    tags: namesOf('tag'),
    hasPullRequests: admitted.some(({ kind }) => kind === 'pullRequests'),
    environment: namesOf('environment')[0],
  }
}

function triggersOf({ branches, tags, hasPullRequests }: Places): object {
  const push = {
    ...(branches.length === 0 ? {} : { branches }),
    ...(tags.length === 0 ? {} : { tags }),
  }
  const triggers = {
    ...(Object.keys(push).length === 0 ? {} : { push }),
    ...(hasPullRequests ? { pull_request: {} } : {}),
  }
  return Object.keys(triggers).length === 0 ? { workflow_dispatch: {} } : triggers
}

/** @see https://github.com/aws-actions/configure-aws-credentials */
function actionStep(job: CiJob, { audience }: TokenEntry): object {
  return {
    uses: 'aws-actions/configure-aws-credentials@v4',
    with: {
      'role-to-assume': job.roleArn,
      'aws-region': job.region,
      'role-session-name': sessionName(job, 'github'),
      'role-duration-seconds': job.durationSeconds,
      ...(audience === 'sts.amazonaws.com' ? {} : { audience }),
    },
  }
}

/** The SDKs and the AWS CLI assume the role themselves, from a file that only this job reads. */
function plainStep(job: CiJob, { audience }: TokenEntry): object {
  const file = '"$RUNNER_TEMP/aws-token"'
  const url = `"$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${encodeURIComponent(audience)}"`
  return {
    name: 'Sign in to AWS',
    run: [
      'umask 077',
      `curl -fsS -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" ${url} |`,
      `  jq -r .value > ${file}`,
      '{',
      '  echo "AWS_WEB_IDENTITY_TOKEN_FILE=$RUNNER_TEMP/aws-token"',
      `  echo "AWS_ROLE_ARN=${job.roleArn}"`,
      `  echo "AWS_ROLE_SESSION_NAME=${sessionName(job, 'github')}"`,
      `  echo "AWS_REGION=${job.region}"`,
      '} >> "$GITHUB_ENV"',
      '',
    ].join('\n'),
  }
}

function runnerStep(job: CiJob, profile: string): object {
  return {
    name: 'Sign in to AWS',
    run: [
      ...profileLines('"$RUNNER_TEMP/aws-config"', profile),
      'echo "AWS_CONFIG_FILE=$RUNNER_TEMP/aws-config" >> "$GITHUB_ENV"',
      `echo "AWS_PROFILE=${job.name}" >> "$GITHUB_ENV"`,
      '',
    ].join('\n'),
  }
}
