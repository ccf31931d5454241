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
