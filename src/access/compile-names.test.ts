import { expect, test } from 'vitest'
import { grantText, parseAccessText } from '../../test/support/parse-access-text.ts'
import { compileAccess } from './compile-access.ts'

test.each([
  ['its own policy by default', ''],
  ['another policy by name', 'policy: { name: stile-work }'],
])('a role that is caller and target has %s twice: an error', (_which, policy) => {
  const isSelf = policy === ''
  const text = isSelf
    ? grantText({ from: '{ account: ourthing, principals: [role/worker] }' })
    : `${grantText({})}  further:
    from: { account: ourthing, principals: [role/Worker], ${policy} }
    to: { accounts: [data], role: Deep }
    allow: [{ actions: [s3:GetObject], resources: ["*"] }]
`
  const outcome = compileAccess(parseAccessText(text))
  expect(outcome.ok).toBe(false)
  expect(outcome.problems.map(({ code }) => code)).toEqual(['caller-policy-name-taken'])
})

test('managed caller policies whose names differ only in case are an error', () => {
  const from = (name: string) =>
    `{ account: build, principals: [role/runner], policy: { kind: managed, name: ${name} } }`
  const text = `${grantText({ from: from('Enter') })}  further:
    from: ${from('enter')}
    to: { accounts: [data], role: Deep }
    allow: [{ actions: [s3:GetObject], resources: ["*"] }]
`
  const { problems } = compileAccess(parseAccessText(text))
  expect(problems.map(({ code }) => code)).toEqual(['similar-policy-names'])
})
