import { expect, test } from 'vitest'
import { defaultSessionName, type SessionOwner } from './session-name.ts'

test.each<[SessionOwner, string]>([
  [{ callerArn: 'arn:aws:iam::111111111111:user/people/ana' }, 'ana'],
  [{ callerArn: 'arn:aws:sts::111111111111:assumed-role/runner/job-7' }, 'job-7'],
  [{ callerArn: 'arn:aws:iam::111111111111:root', loginName: 'ana' }, 'ana'],
  [{ loginName: 'ana', hostName: 'laptop.local' }, 'ana@laptop.local'],
  [{ loginName: 'Ana Müller', hostName: 'büro' }, 'Ana-M-ller@b-ro'],
  [{ loginName: 'a' }, 'stile-a'],
  [{ loginName: '' }, 'stile'],
  [{}, 'stile'],
  [{ loginName: 'x'.repeat(80) }, 'x'.repeat(64)],
])('%j asks as %s', (owner, name) => {
  expect(defaultSessionName(owner)).toBe(name)
  expect(name).toMatch(/^[\w+=,.@-]{2,64}$/)
})
