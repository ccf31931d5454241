import { expect, test } from 'vitest'
import { grantText, parseAccessText } from '../../test/support/parse-access-text.ts'
import { compileAccess } from './compile-access.ts'

test.each([
  [
    'a resource',
    grantText({ allow: '[{ actions: [s3:GetObject], resources: ["arn:aws:s3:::cache/日本/*"] }]' }),
    '`日本`',
  ],
  ['a session tag', grantText({ session: '{ tags: { team: "größe 日本" } }' }), '`日本`'],
])('%s that IAM would not take in a policy is an error', (_where, text, found) => {
  const outcome = compileAccess(parseAccessText(text))
  expect(outcome.ok).toBe(false)
  expect(outcome.problems[0]).toMatchObject({
    code: 'policy-character',
    message: expect.stringContaining(found),
  })
})

test('letters of Latin-1 are taken', () => {
  const text = grantText({ session: '{ tags: { team: "größe" } }' })
  expect(compileAccess(parseAccessText(text)).ok).toBe(true)
})
