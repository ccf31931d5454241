import type { CiJob, CiSubject } from './ci-job.ts'
import { profileLines, renderYaml, sessionName } from './render-job.ts'

/**
 * A job of `.gitlab-ci.yml`.
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
export async function renderGitlab(job: CiJob): Promise<string> {
  const { entry, name, region } = job
  const script = ['aws sts get-caller-identity']
  if (entry.kind === 'runner') {
    const before = [
      'export AWS_CONFIG_FILE="$(mktemp)"',
      `${profileLines('"$AWS_CONFIG_FILE"', entry.profile).join('\n')}\n`,
      `export AWS_PROFILE='${name}'`,
    ]
    const comment = `Works as grant ${name} by the role of the runner itself.`
    return renderYaml({ [name]: { before_script: before, script } }, [comment])
  }
  const subjects = entry.subjects.map(({ subject }) => `  ${subject}`)
  const rules = rulesOf(entry.subjects)
  const tokenJob = {
    id_tokens: { AWS_ID_TOKEN: { aud: entry.audience } },
    variables: {
      AWS_ROLE_ARN: job.roleArn,
      AWS_ROLE_SESSION_NAME: sessionName(job, 'gitlab'),
      AWS_REGION: region,
    },
    before_script: [
      'export AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"',
      'printf %s "$AWS_ID_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
    ],
    script,
    ...(rules.length === 0 ? {} : { rules }),
  }
  const comments = [`Works as grant ${name}; AWS lets these tokens in:`, ...subjects]
  return renderYaml({ [name]: tokenJob }, comments)
}

/** Only where the token would be let in: elsewhere the job would fail. */
function rulesOf(subjects: readonly CiSubject[]): readonly object[] {
  const rules = subjects.map(({ admits: each }) => {
    if (each.kind === 'branch') return { if: `$CI_COMMIT_BRANCH == ${JSON.stringify(each.name)}` }
    return each.kind === 'tag'
      ? { if: `$CI_COMMIT_TAG == ${JSON.stringify(each.name)}` }
      : undefined
  })
  // Where one subject is of no such kind, nothing can be said of all.
  return rules.includes(undefined) ? [] : rules.filter((rule) => rule !== undefined)
}
