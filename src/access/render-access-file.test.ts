import { expect, test } from 'vitest'
import { checkAccess } from './check-access.ts'
import { parseAccessFile } from './parse-access-file.ts'
import { type FirstAccess, renderFirstAccessFile } from './render-access-file.ts'

const plain: FirstAccess = {
  fromAccount: '111111111111',
  fromPrincipal: 'role/gitlab-runner',
  toAccount: '022222222222',
  role: 'OurThingBuildRole',
  policy: 'AmazonEC2ContainerRegistryPowerUser',
}

test.each<[string, FirstAccess]>([
  ['the least', plain],
  ['an external id', { ...plain, externalId: 'some_key:1' }],
  ['digits alone as an external id', { ...plain, externalId: '000123' }],
  [
    'profiles and names',
    {
      ...plain,
      fromProfile: 'a',
      toProfile: 'true',
      fromName: '1',
      toName: 'no',
      grantName: 'x.y',
    },
  ],
  ['a user', { ...plain, fromPrincipal: 'user/ana@example.com' }],
  ['a group with a path', { ...plain, fromPrincipal: 'group/team/developers' }],
])('a first file with %s parses and checks clean', (_, answers) => {
  const text = renderFirstAccessFile(answers)
  const parse = parseAccessFile([{ file: 'access.yaml', text }])
  if (!parse.ok) throw new Error(JSON.stringify(parse.problems))
  expect(parse.problems).toEqual([])
  const [grant] = parse.access.grants
  expect(grant?.from).toMatchObject({ account: { id: answers.fromAccount } })
  expect(grant?.to).toMatchObject({ role: answers.role, accounts: [{ id: answers.toAccount }] })
  expect(grant?.require.externalId).toBe(answers.externalId)
  const report = checkAccess(parse.access, { nowMs: Date.UTC(2026, 10, 22) })
  expect(report.problems.filter(({ severity }) => severity !== 'assumption')).toEqual([])
  expect(report.proofs.filter(({ kind }) => kind === 'failed')).toEqual([])
})

test('what the comments show is right once the comment is taken away', () => {
  const text = renderFirstAccessFile(plain)
    .replace(
      /^(\s*)# (?=expect:|- | {2}- | {2}resources|session|require|expires|owner|description|profile)/gm,
      '$1',
    )
    .replace('#   - {', '  - {')
  const parse = parseAccessFile([{ file: 'access.yaml', text }])
  expect(parse.problems).toEqual([])
  expect(parse.ok && parse.access.expectations).toHaveLength(1)
  expect(parse.ok && parse.access.grants[0]?.allow).toHaveLength(2)
})

test('answers that are wrong are found by the parser, not hidden by quotes', () => {
  const text = renderFirstAccessFile({ ...plain, fromAccount: '1111111111111', role: 'a: "b' })
  const { problems } = parseAccessFile([{ file: 'access.yaml', text }])
  expect(problems.map(({ code }) => code)).toEqual(['invalid-account-id', 'invalid-role-name'])
})
