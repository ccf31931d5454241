import type { CiJob } from './ci-job.ts'
import { profileLines, quoted, sessionName } from './render-job.ts'

/** Lines for the shell of any other build system. */
export function renderEnvironment(job: CiJob): string {
  const { entry, name } = job
  if (entry.kind === 'runner') {
    return ended([
      `# Works as grant ${name} by the role of the machine itself.`,
      'export AWS_CONFIG_FILE="$(mktemp)"',
      ...profileLines('"$AWS_CONFIG_FILE"', entry.profile),
      `export AWS_PROFILE=${quoted(name)}`,
    ])
  }
  return ended([
    `# Works as grant ${name} where the build system writes its token, made for ${entry.audience},`,
    '# into this file. AWS lets these tokens in:',
    ...entry.subjects.map(({ subject }) => `#   ${subject}`),
    `: "\${AWS_WEB_IDENTITY_TOKEN_FILE:?name the file with the token}"`,
    'export AWS_WEB_IDENTITY_TOKEN_FILE',
    `export AWS_ROLE_ARN=${quoted(job.roleArn)}`,
    `export AWS_ROLE_SESSION_NAME=${quoted(sessionName(job, 'plain'))}`,
    `export AWS_REGION=${quoted(job.region)}`,
  ])
}

function ended(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
