import { expect, test } from 'vitest'
import type { Environment } from './child-environment.ts'
import { childEnvironment, sessionVariables } from './child-environment.ts'
import { assumptionOf, leaveAssumption, startingEnvironment } from './shell-assumption.ts'

const first = {
  credentials: {
    accessKeyId: 'ASIAFIRST',
    secretAccessKey: 'first-secret',
    sessionToken: 'first-token',
    expiresAtMs: 1_800_000_000_500,
  },
  region: 'eu-west-1',
  endpointUrl: 'http://127.0.0.1:1',
}
const second = {
  credentials: { accessKeyId: 'ASIASECOND', secretAccessKey: 'second-secret', sessionToken: 't' },
  region: 'us-east-1',
}

/** The shell after it evaluated what `assume` printed. */
function assume(shell: Environment, settings: typeof first | typeof second): Environment {
  const { STILE_EXPIRES_AT: _, AWS_PROFILE: __, ...rest } = shell
  const { set, removed } = assumptionOf(shell, { name: 'look', settings })
  const kept = Object.entries(rest).filter(([name]) => !removed.includes(name))
  return { ...Object.fromEntries(kept), ...sessionVariables(settings), ...set }
}

const shell = { PATH: '/bin', AWS_PROFILE: 'me', AWS_REGION: 'eu-north-1' }

test('a shell goes back to what it was, also after a second assumption', () => {
  const once = assume(shell, first)
  const twice = assume(once, second)
  for (const assumed of [once, twice]) {
    expect(startingEnvironment(assumed)).toEqual(shell)
    const leaving = leaveAssumption(assumed)
    expect(leaving).toMatchObject({
      name: 'look',
      hadKeys: false,
      restored: { AWS_PROFILE: 'me', AWS_REGION: 'eu-north-1' },
    })
    expect(leaving?.removed).toContain('AWS_SESSION_TOKEN')
    expect(leaving?.removed).toContain('STILE_BEFORE')
    expect(leaving?.removed).not.toContain('AWS_PROFILE')
  }
})

test('no secret is in its own variables, and the end is told in seconds', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'my-secret' }
  const own = assumptionOf({ ...shell, ...keys }, { name: 'look', settings: first })
  expect(JSON.stringify(own)).not.toMatch(/secret|token/)
  expect(own.set.STILE_EXPIRES_AT).toBe('1800000000')
})

test('what somebody changed after it is theirs', () => {
  const assumed = { ...assume(shell, first), AWS_REGION: 'sa-east-1' }
  expect(startingEnvironment(assumed)).toEqual({ ...shell, AWS_REGION: 'sa-east-1' })
})

test('keys that stood there cannot come back: the way starts from the session, which is said', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }
  const assumed = assume({ ...shell, ...keys }, first)
  expect(startingEnvironment(assumed)).toBe(assumed)
  expect(leaveAssumption(assumed)?.hadKeys).toBe(true)
})

test.each([
  ['nothing was assumed', shell],
  ['other keys are there by now', { ...assume(shell, first), AWS_ACCESS_KEY_ID: 'AKIAOTHER' }],
  ['it was damaged', { ...assume(shell, first), STILE_BEFORE: '{' }],
  ['it is something else', { ...assume(shell, first), STILE_BEFORE: 'null' }],
])('where %s the environment is as it is', (_, environment) => {
  expect(startingEnvironment(environment)).toBe(environment)
  expect(leaveAssumption(environment)).toBeUndefined()
})

test('nothing but what it may restore is restored', () => {
  const before = { key: 'ASIAFIRST', had: { PATH: '/evil', AWS_PROFILE: 3 }, set: { PATH: '/bin' } }
  const assumed = { ...assume(shell, first), STILE_BEFORE: JSON.stringify(before) }
  expect(startingEnvironment(assumed)).toMatchObject({ PATH: '/bin' })
  expect(startingEnvironment(assumed).AWS_PROFILE).toBeUndefined()
})

test('a program gets none of it', () => {
  const child = childEnvironment(assume(shell, first), second)
  expect(child.STILE_BEFORE).toBeUndefined()
  expect(child.STILE_EXPIRES_AT).toBeUndefined()
})
