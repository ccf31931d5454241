// What `stile profiles check` says of the readers of `~/.aws`, held to the readers themselves.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromIni } from '@aws-sdk/credential-providers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lintSharedConfig } from '../../src/session/index.ts'
import { whyNoBoto3, withReason } from '../support/aws-cli.ts'

/** The access key id that a reader finds for profile `a`, or how it does not. */
type Reading = string | 'nothing' | 'refused'

interface Case {
  readonly rule: string
  readonly config: string | Buffer
  readonly credentials?: string
  readonly botocore: Reading
  readonly javascript: Reading
}

const secret = 'aws_secret_access_key = s\n'
const keys = `aws_access_key_id = AKIA1\n${secret}`
const role = 'role_arn = arn:aws:iam::222222222222:role/r\n'
const process = `credential_process = echo '{"Version":1,"AccessKeyId":"AKIA9","SecretAccessKey":"s"}'\n`

const cases: readonly Case[] = [
  { rule: '', config: `[profile a]\n${keys}`, botocore: 'AKIA1', javascript: 'AKIA1' },
  { rule: '', config: `[profile a] # c\n  ${keys}`, botocore: 'AKIA1', javascript: 'AKIA1' },
  {
    rule: 'line-ends',
    config: `[profile a]\n${keys}`.replaceAll('\n', '\r\n'),
    botocore: 'AKIA1',
    javascript: 'AKIA1',
  },
  {
    rule: 'byte-order-mark',
    config: `\uFEFF[profile a]\n${keys}`,
    botocore: 'refused',
    javascript: 'AKIA1',
  },
  {
    rule: 'not-utf-8',
    config: Buffer.from(`# \xe9\n[profile a]\n${keys}`, 'latin1'),
    botocore: 'refused',
    javascript: 'AKIA1',
  },
  {
    rule: 'stray-line',
    config: `[profile a]\n${keys}region x\n`,
    botocore: 'refused',
    javascript: 'AKIA1',
  },
  {
    rule: 'duplicate-section',
    config: `[profile a]\n${keys}[profile a]\naws_access_key_id = AKIA2\n`,
    botocore: 'refused',
    javascript: 'AKIA2',
  },
  {
    rule: 'duplicate-setting',
    config: `[profile a]\n${keys}aws_access_key_id = AKIA2\n`,
    botocore: 'refused',
    javascript: 'AKIA2',
  },
  {
    rule: 'indented-setting',
    config: `[profile a]\n${secret}\taws_access_key_id = AKIA1\n`,
    botocore: 'nothing',
    javascript: 'AKIA1',
  },
  {
    rule: 'inline-comment',
    config: `[profile a]\naws_access_key_id = AKIA1 # mine\n${secret}`,
    botocore: 'AKIA1 # mine',
    javascript: 'AKIA1',
  },
  {
    rule: 'colon-separator',
    config: `[profile a]\naws_access_key_id: AKIA1\n${secret}`,
    botocore: 'AKIA1',
    javascript: 'nothing',
  },
  {
    rule: 'upper-case-setting',
    config: `[profile a]\nAWS_Access_Key_Id = AKIA1\n${secret}`,
    botocore: 'AKIA1',
    javascript: 'nothing',
  },
  {
    rule: 'ignored-section',
    config: `[a]\n${keys}[profile b]\n${keys}`,
    botocore: 'refused',
    javascript: 'nothing',
  },
  {
    rule: 'ignored-section',
    config: `[ profile a ]\n${keys}`,
    botocore: 'refused',
    javascript: 'nothing',
  },
  {
    rule: 'in-both-files',
    config: `[profile a]\n${keys}`,
    credentials: `[a]\naws_access_key_id = AKIA2\n${secret}`,
    botocore: 'AKIA2',
    javascript: 'AKIA2',
  },
  {
    rule: 'role-with-process',
    config: `[profile a]\n${role}${process}`,
    botocore: 'refused',
    javascript: 'AKIA9',
  },
  {
    rule: 'role-without-source',
    config: `[profile a]\n${role}`,
    botocore: 'refused',
    javascript: 'nothing',
  },
  {
    rule: 'both-sources',
    config: `[default]\n${keys}[profile a]\n${role}source_profile = default\ncredential_source = Environment\n`,
    botocore: 'refused',
    javascript: 'nothing',
  },
  {
    rule: 'half-a-key',
    config: '[profile a]\naws_access_key_id = AKIA1\n',
    botocore: 'refused',
    javascript: 'nothing',
  },
]

const script = `
import json, os, sys
import botocore.session
for case in json.load(sys.stdin):
    os.environ['AWS_CONFIG_FILE'] = case['config']
    os.environ['AWS_SHARED_CREDENTIALS_FILE'] = case['credentials']
    try:
        found = botocore.session.Session(profile='a').get_credentials()
        print(found.access_key if found else 'nothing')
    except Exception as error:
        print('refused')
`

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-readers-'))
  for (const [index, { config, credentials }] of cases.entries()) {
    await writeFile(pathsOf(index).config, config, { mode: 0o600 })
    await writeFile(pathsOf(index).credentials, credentials ?? '', { mode: 0o600 })
  }
})
afterAll(() => rm(directory, { recursive: true }))

function pathsOf(index: number) {
  const path = (kind: string) => join(directory, `${kind}-${index}`)
  return { config: path('config'), credentials: path('credentials') }
}

test('each case is what its rule finds', async () => {
  for (const [index, { rule }] of cases.entries()) {
    const { config, credentials } = pathsOf(index)
    const environment = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials }
    const codes = (await lintSharedConfig(environment)).map(({ code }) => code as string)
    if (rule === '') expect(codes, config).toEqual([])
    else expect(codes, config).toContain(rule)
  }
})

test.each(cases.map((each, index) => ({ ...each, index })))(
  'the SDK for JavaScript, $index: $rule',
  async ({ index, javascript }) => {
    const { config, credentials } = pathsOf(index)
    const provider = fromIni({
      profile: 'a',
      configFilepath: config,
      filepath: credentials,
      ignoreCache: true,
    })
    const found = await provider().catch(() => ({ accessKeyId: 'nothing' }))
    expect(found.accessKeyId).toBe(javascript)
  },
)

const reason = whyNoBoto3()
test.skipIf(reason !== undefined)(withReason('the reader of boto3 and the AWS CLI', reason), () => {
  const answers = execFileSync('python3', ['-c', script], {
    input: JSON.stringify(cases.map((_, index) => pathsOf(index))),
    encoding: 'utf8',
    env: { PATH: globalThis.process.env.PATH, HOME: directory, AWS_EC2_METADATA_DISABLED: 'true' },
  })
  const read = answers.trim().split('\n')
  expect(cases.map(({ rule }, index) => [rule, read[index]])).toEqual(
    cases.map(({ rule, botocore }) => [rule, botocore]),
  )
})
