import { GetObjectCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Form, MatrixCaller, MatrixWorld } from '../support/matrix-world.ts'
import { forms, startMatrixWorld } from '../support/matrix-world.ts'

let world: MatrixWorld
beforeAll(async () => {
  world = await startMatrixWorld()
})
afterAll(() => world.stop())

type Answer = 'yes' | 'no'
type Place = 'same account' | 'other account'

/** `undefined` where AWS's pages do not say. */
type Expectation = Answer | undefined

/** What the caller's own account says: identity-based, within boundary and session policy. */
function ownSide(caller: MatrixCaller): boolean {
  return caller.hasIdentity && isWithinLimits(caller)
}

function isWithinLimits({ boundary, sessionPolicy }: MatrixCaller): boolean {
  return boundary !== 'omits' && sessionPolicy !== 'omits'
}

function isSession(caller: MatrixCaller): boolean {
  return caller.kind === 'session' || caller.kind === 'chained'
}

/** Whether the resource's policy lets the caller's account or the caller in, read as across accounts. */
function isNamed(caller: MatrixCaller, form: Form): boolean {
  const isRoot = caller.kind === 'root'
  const named: Readonly<Record<Form, boolean>> = {
    none: false,
    account: true,
    principal: !isRoot,
    session: isSession(caller),
    condition: !isRoot,
    everyone: true,
    deny: false,
  }
  return named[form]
}

/**
 * Within one account: whether the policy alone is enough.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
function isEnough(caller: MatrixCaller, form: Form): boolean | undefined {
  // A policy that names its own account hands the question to identity-based policies.
  if (!isNamed(caller, form) || form === 'account') return false
  if (isWithinLimits(caller)) return true
  // Naming a user or a session goes past the limits, naming a role does not.
  if (form === 'principal') return caller.kind === 'user'
  if (form === 'session') return true
  if (form === 'condition') return isSession(caller) ? true : undefined
  return undefined
}

function answerOf(isAllowed: boolean | undefined): Expectation {
  if (isAllowed === undefined) return undefined
  return isAllowed ? 'yes' : 'no'
}

function expectRead(caller: MatrixCaller, place: Place, form: Form): Expectation {
  if (form === 'deny') return 'no'
  if (place === 'other account') return answerOf(ownSide(caller) && isNamed(caller, form))
  return answerOf(ownSide(caller) || isEnough(caller, form))
}

/** A role is reached through its trust policy alone, and never by a root user. */
function expectAssume(caller: MatrixCaller, place: Place, form: Form): Expectation {
  if (caller.kind === 'root') return 'no'
  if (place === 'other account') return expectRead(caller, place, form)
  if (form === 'account') return answerOf(ownSide(caller))
  return answerOf(isEnough(caller, form))
}

async function read(caller: MatrixCaller, account: string, form: Form): Promise<Answer> {
  const s3 = world.s3(caller.keys)
  const object = { Bucket: world.bucketOf(account), Key: form }
  return await outcome(s3.send(new GetObjectCommand(object)))
}

const stsClients = new WeakMap<MatrixCaller, STSClient>()

async function assume(caller: MatrixCaller, account: string, form: Form): Promise<Answer> {
  const sts = stsClients.get(caller) ?? world.sts(caller.keys)
  stsClients.set(caller, sts)
  const target = { RoleArn: world.roleOf(account, form), RoleSessionName: 'there' }
  return await outcome(sts.send(new AssumeRoleCommand(target)))
}

/** Any refusal but a denial is a failure of the test. */
async function outcome(call: Promise<unknown>): Promise<Answer> {
  try {
    await call
    return 'yes'
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDenied') return 'no'
    throw error
  }
}

interface Question {
  readonly ask: typeof read
  readonly expected: typeof expectRead
  /** How many of each answer there must be, so that a table that expects nothing fails. */
  readonly counts: Readonly<Record<Place, readonly [yes: number, no: number]>>
}

const questions: Readonly<Record<string, Question>> = {
  's3:GetObject': {
    ask: read,
    expected: expectRead,
    counts: { 'same account': [146, 131], 'other account': [50, 251] },
  },
  'sts:AssumeRole': {
    ask: assume,
    expected: expectAssume,
    counts: { 'same account': [128, 149], 'other account': [48, 253] },
  },
}

const cells = Object.keys(questions).flatMap((action) =>
  (['same account', 'other account'] as const).map((place) => ({ action, place })),
)

test.each(cells)('$action in the $place', async ({ action, place }) => {
  const { ask, expected, counts } = questions[action] as Question
  const account = place === 'same account' ? world.home : world.other
  const wrong: string[] = []
  const seen = { yes: 0, no: 0 }
  for (const caller of world.callers) {
    const asked = forms.map(async (form) => {
      const wanted = expected(caller, place, form)
      if (wanted === undefined) return
      const answer = await ask(caller, account, form)
      seen[answer] += 1
      const { keys: _, ...facts } = caller
      if (answer !== wanted) {
        wrong.push(`${JSON.stringify({ ...facts, form })} ${answer}, not ${wanted}`)
      }
    })
    await Promise.all(asked)
  }
  expect(wrong).toEqual([])
  expect([seen.yes, seen.no]).toEqual(counts[place])
})
