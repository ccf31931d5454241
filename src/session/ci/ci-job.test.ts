import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { grantText, parseAccessText } from '../../../test/support/parse-access-text.ts'
import { type CiJob, type CiPlan, planCiJob } from './ci-job.ts'
import { renderEnvironment } from './render-environment.ts'
import { renderGithub } from './render-github.ts'
import { renderGitlab } from './render-gitlab.ts'

async function planOf(parts: Readonly<Record<string, string>>): Promise<CiPlan> {
  const [grant] = parseAccessText(grantText(parts)).grants
  const [account] = grant?.to.accounts ?? []
  if (grant === undefined || account === undefined) throw new Error('no grant')
  return planCiJob(grant, { account, region: 'eu-west-1' })
}

async function jobOf(parts: Readonly<Record<string, string>>): Promise<CiJob> {
  const plan = await planOf(parts)
  if (plan.kind === 'impossible') throw new Error(plan.because)
  return plan.job
}

const oidc = (issuer: string, subject: string, audience = 'sts.amazonaws.com') => ({
  from: `{ oidc: { issuer: ${issuer}, audience: "${audience}", subject: ${subject} } }`,
})
const github = 'token.actions.githubusercontent.com'
const roleArn = 'arn:aws:iam::222222222222:role/Worker'
const runner = { require: '{ externalId: some_key }' }

test('GitHub signs in by its token where the subjects say', async () => {
  const job = await jobOf(
    oidc(github, '["repo:acme/app:ref:refs/heads/main", "repo:acme@1/app@2:ref:refs/heads/main"]'),
  )
  const text = await renderGithub(job, { signIn: 'action' })
  expect(parse(text)).toMatchObject({
    on: { push: { branches: ['main'] } },
    jobs: {
      work: {
        permissions: { 'id-token': 'write', contents: 'read' },
        steps: [
          {
            uses: expect.stringMatching(/^aws-actions\/configure-aws-credentials@v\d+$/),
            with: { 'role-to-assume': roleArn, 'aws-region': 'eu-west-1' },
          },
          { run: 'aws sts get-caller-identity' },
        ],
      },
    },
  })
  expect(text).toContain('#   repo:acme@1/app@2:ref:refs/heads/main')
})

test.each([
  ['a tag', 'ref:refs/tags/v1', { on: { push: { tags: ['v1'] } } }],
  ['pull requests', 'pull_request', { on: { pull_request: {} } }],
  [
    'an environment',
    'environment:production',
    { on: { workflow_dispatch: {} }, jobs: { work: { environment: 'production' } } },
  ],
])('GitHub runs it for %s', async (_what, context, expected) => {
  const job = await jobOf(oidc(github, `"repo:acme/app:${context}"`))
  expect(parse(await renderGithub(job, { signIn: 'action' }))).toMatchObject(expected)
})

test('the plain form of GitHub asks for the audience of the grant', async () => {
  const job = await jobOf(oidc(github, '"repo:acme/app:pull_request"', 'https://acme.example/a&b'))
  const [step] = parse(await renderGithub(job, { signIn: 'plain' })).jobs.work.steps
  expect(step.run).toContain('&audience=https%3A%2F%2Facme.example%2Fa%26b"')
  expect(spawnSync('sh', ['-n'], { input: step.run }).status).toBe(0)
})

test('GitLab signs in by its token, on the branches that are let in', async () => {
  const subject = '"project_path:g/p:ref_type:branch:ref:main"'
  const { work } = parse(
    await renderGitlab(await jobOf(oidc('gitlab.example.com', subject, 'stile'))),
  )
  expect(work).toMatchObject({
    id_tokens: { AWS_ID_TOKEN: { aud: 'stile' } },
    variables: { AWS_ROLE_ARN: roleArn, AWS_REGION: 'eu-west-1' },
    rules: [{ if: '$CI_COMMIT_BRANCH == "main"' }],
  })
  const script = [
    ...['AWS_ID_TOKEN=a-token; export AWS_ID_TOKEN', ...work.before_script],
    'cat "$AWS_WEB_IDENTITY_TOKEN_FILE"; rm "$AWS_WEB_IDENTITY_TOKEN_FILE"',
  ]
  expect(spawnSync('sh', ['-e'], { input: script.join('\n') }).stdout.toString()).toBe('a-token')
})

const profile = `[profile work]
role_arn = ${roleArn}
credential_source = Ec2InstanceMetadata
external_id = some_key
region = eu-west-1
`

test('elsewhere the runner’s own role goes in with the external id', async () => {
  const { work } = parse(await renderGitlab(await jobOf(runner)))
  const show = 'cat "$AWS_CONFIG_FILE"; rm "$AWS_CONFIG_FILE"; echo "$AWS_PROFILE"'
  const lines = [...work.before_script, show].join('\n')
  expect(spawnSync('sh', ['-e'], { input: lines }).stdout.toString()).toBe(`${profile}work\n`)
  const shell = renderEnvironment(await jobOf(runner)) + show
  expect(spawnSync('sh', ['-e'], { input: shell }).stdout.toString()).toBe(`${profile}work\n`)
  const workflow = parse(await renderGithub(await jobOf(runner), { signIn: 'action' }))
  expect(workflow.jobs.work['runs-on']).toBe('self-hosted')
  expect(workflow.jobs.work).not.toHaveProperty('permissions')
  expect(workflow.jobs.work.steps[0].run).toContain(profile)
})

test('the variables of a token are a shell’s, and ask for the file', async () => {
  const text = renderEnvironment(await jobOf(oidc('id.example.com', '"main"')))
  const show = `${text}env | grep ^AWS_ | sort`
  const without = spawnSync('sh', ['-e'], { input: show, env: { PATH: process.env.PATH } })
  expect(without.status).not.toBe(0)
  const env = { PATH: process.env.PATH, AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }
  const set = spawnSync('sh', ['-e'], { input: show, env }).stdout.toString()
  expect(set).toContain(`AWS_ROLE_ARN=${roleArn}\n`)
})

test.each([
  [
    'a vendor',
    { from: '{ external: { account: "999999999999" } }', require: '{ externalId: key }' },
  ],
  [
    'a second factor',
    { from: '{ account: build, principals: [user/ana] }', require: '{ mfa: true }' },
  ],
  ['session tags', { session: '{ tags: { team: web } }' }],
  ['a source identity', { session: '{ sourceIdentity: required }' }],
])('%s is for no job', async (_what, parts: Record<string, string>) => {
  expect((await planOf(parts)).kind).toBe('impossible')
})

test.each([
  ['"repo:acme/app:ref:refs/heads/main"', [/acme\/app: .*repo:ORG@ID\/REPO@ID/]],
  ['"repo:acme@1/app@2:ref:refs/heads/main"', [/before 2026-07-15 send `repo:acme\/app:/]],
  [
    '["repo:acme/app:pull_request", "repo:acme@1/app@2:pull_request"]',
    [/every pull request/, /every pull request/],
  ],
  ['"repository_owner:acme"', [/whole organization/]],
  ['["repo:acme/app:environment:p", "repo:acme@1/app@2:environment:p"]', []],
])('of %s it warns', async (subject, expected) => {
  const plan = await planOf(oidc(github, subject))
  const warnings = plan.kind === 'job' ? plan.warnings : []
  expect(warnings).toEqual(expected.map((words) => expect.stringMatching(words)))
})
