import { expect, test } from 'vitest'
import { type RetrySettings, retrying } from './retry.ts'

interface Log {
  readonly waits: number[]
  tries: number
}

/** Fails with each of the errors in turn, then succeeds. */
async function run(
  errors: readonly Error[],
  settings: Partial<RetrySettings> = {},
): Promise<Log & { readonly end: string }> {
  const log: Log = { waits: [], tries: 0 }
  const retry: RetrySettings = {
    attempts: 4,
    firstDelayMs: 100,
    longestDelayMs: 300,
    propagationMs: 1_000,
    settleMs: 0,
    random: () => 1,
    sleep: () => Promise.resolve(),
    onWait: (delayMs) => log.waits.push(delayMs),
    ...settings,
  }
  const call = (): Promise<string> => {
    log.tries += 1
    const error = errors[log.tries - 1]
    return error === undefined ? Promise.resolve('done') : Promise.reject(error)
  }
  const end = await retrying(call, retry).catch((error: Error) => error.name)
  return { ...log, end }
}

function awsError(name: string, message = 'x'): Error {
  return Object.assign(new Error(message), { name })
}

const throttled = awsError('Throttling', 'Rate exceeded')
const unknownPrincipal = awsError('MalformedPolicyDocumentException', 'Invalid principal in policy')
const missing = awsError('NoSuchEntityException', 'role x cannot be found')
const repeat = (error: Error, times: number): readonly Error[] => new Array(times).fill(error)

test('throttling is waited out with growing delays, up to the longest', async () => {
  expect(await run(repeat(throttled, 3))).toEqual({ tries: 4, waits: [100, 200, 300], end: 'done' })
})

test('after the last attempt the failure is thrown as it was', async () => {
  expect(await run(repeat(throttled, 9))).toMatchObject({ tries: 4, end: 'Throttling' })
})

test.each([
  ['a reset connection', Object.assign(new Error('read'), { code: 'ECONNRESET' })],
  ['a timeout', awsError('TimeoutError')],
  [
    'a failure of the server',
    Object.assign(awsError('ServiceFailure'), { $metadata: { httpStatusCode: 500 } }),
  ],
  ['an entity that is being changed', awsError('EntityTemporarilyUnmodifiableException')],
])('%s is tried again', async (_, error) => {
  expect(await run([error])).toMatchObject({ tries: 2, end: 'done' })
})

test.each([
  ['a refusal', awsError('AccessDenied')],
  ['what does not exist', missing],
  ['a malformed policy', awsError('MalformedPolicyDocument', 'Syntax errors in policy')],
  ['an error of our own', new TypeError('x')],
])('%s is not', async (_, error) => {
  expect(await run([error])).toMatchObject({ tries: 1, end: error.name })
})

test('a principal that is not known yet is waited for much longer than other failures', async () => {
  const { tries, waits, end } = await run(repeat(unknownPrincipal, 99))
  expect(end).toBe('MalformedPolicyDocumentException')
  expect(tries).toBeGreaterThan(4)
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(1_000)
})

test('waiting for a principal does not use up the attempts', async () => {
  const errors = [...repeat(unknownPrincipal, 4), ...repeat(throttled, 3)]
  expect(await run(errors, { propagationMs: 10_000 })).toMatchObject({ tries: 8, end: 'done' })
})

test("what was made a moment ago is waited for where asked, but not AWS's own policies", async () => {
  expect(await run([missing], { settleMs: 500 })).toMatchObject({ tries: 2, end: 'done' })
  const ofAws = awsError('NoSuchEntity', 'Policy arn:aws:iam::aws:policy/X does not exist')
  expect(await run([ofAws], { settleMs: 500 })).toMatchObject({ tries: 1 })
})
