import type { Compilation, DesiredRole, Grant } from '../access/index.ts'
import type { Actual } from './actual.ts'
import { toCloudError } from './aws-failure.ts'
import type { ConnectOptions } from './connect.ts'
import { liveCompilation } from './live-compilation.ts'
import { decideWayIn, type WayIn } from './verify-decide.ts'
import { attemptWayIn } from './verify-prove.ts'
import { namingAccounts, roleWords } from './words.ts'
import { indexActual, type World } from './world.ts'

/** What is known of one way into one role, and how. */
export interface Verification {
  /**
   * `proved`: it was assumed. `decided`: the engine says so of the documents as read. `refused`: it does not work.
   * `unknown`: it cannot be told from here.
   */
  readonly kind: 'proved' | 'decided' | 'refused' | 'unknown'
  readonly grant: string
  /** `role/gitlab-runner in build`. */
  readonly caller: string
  /** `OurThingBuildRole in ourthing (222222222222)`. */
  readonly role: string
  readonly detail: string
}

export interface VerifyOptions {
  readonly nowMs: number
  /** How to sign in as `from.verifyAs`. */
  readonly connect: ConnectOptions
}

/** Checks every declared way into every role, as far as it can be known from here; ended grants are left out. */
export async function verifyGrants(
  compilation: Compilation,
  actual: Actual,
  options: VerifyOptions,
): Promise<readonly Verification[]> {
  const world = indexActual(actual)
  const verifications: Verification[] = []
  for (const role of liveCompilation(compilation, options.nowMs).roles) {
    for (const grant of role.grants) {
      verifications.push(...(await verifyGrant({ role, grant, world, options })))
    }
  }
  return verifications
}

interface Question {
  readonly role: DesiredRole
  readonly grant: Grant
  readonly world: World
  readonly options: VerifyOptions
}

async function verifyGrant(question: Question): Promise<readonly Verification[]> {
  const { role, grant, world } = question
  const { from } = grant
  if (from.kind !== 'account') {
    const who = from.kind === 'external' ? from.accountId : from.issuer
    return [
      unknown(question, who, 'only the caller itself can try; nothing of it can be read here'),
    ]
  }
  if (!world.isRead(role.account.id) || !world.isRead(from.account.id)) {
    return [unknown(question, from.account.name, 'one of the two accounts could not be read')]
  }
  if (from.principals.length === 0) {
    const because = `the administrators of ${from.account.name} decide who may`
    return [unknown(question, from.account.name, because)]
  }
  const verifications: Verification[] = []
  for (const caller of from.principals) {
    const who = `${caller.kind}/${caller.name} in ${from.account.name}`
    const isOne = caller.kind !== 'permission-set' && !/[*?]/.test(caller.name + caller.path)
    verifications.push(
      isOne
        ? await verifyWayIn({ grant, role, account: from.account, caller }, question)
        : unknown(question, who, 'its policy is given by others'),
    )
  }
  return verifications
}

async function verifyWayIn(way: WayIn, question: Question): Promise<Verification> {
  const decided = decideWayIn(way, question.world, question.options.nowMs)
  const place = placeOf(question, `${way.caller.kind}/${way.caller.name} in ${way.account.name}`)
  const profile = way.grant.from.kind === 'account' ? way.grant.from.verifyAs : undefined
  const attempt =
    profile === undefined ? undefined : await attempted(way, profile, question.options.connect)
  if (attempt?.kind === 'proved') {
    return { ...place, kind: 'proved', detail: `assumed as ${attempt.sessionArn}` }
  }
  const engine = decided.kind === 'allowed' ? undefined : decided.because
  if (attempt?.kind === 'refused') {
    const blame =
      engine ??
      'the documents read allow it: look at SCPs, boundaries and other policies of the caller'
    return { ...place, kind: 'refused', detail: `${attempt.because}; ${blame}` }
  }
  const aside = attempt === undefined ? '' : ` (not tried: ${attempt.because})`
  if (engine !== undefined) return { ...place, kind: 'refused', detail: `${engine}${aside}` }
  const detail = `by the trust policy and the caller policy as read; SCPs, boundaries and other policies were not${aside}`
  return { ...place, kind: 'decided', detail }
}

async function attempted(way: WayIn, profile: string, options: ConnectOptions) {
  try {
    return await attemptWayIn(way, profile, options)
  } catch (error) {
    const { id, name } = way.account
    const failure = toCloudError(error, { account: { id, name }, call: 'sts:AssumeRole' })
    return { kind: 'notTried', because: failure.message } as const
  }
}

function unknown(question: Question, caller: string, detail: string): Verification {
  return { ...placeOf(question, caller), kind: 'unknown', detail }
}

function placeOf({ role, grant }: Question, caller: string) {
  return { grant: grant.name, caller, role: roleWords(role.arn, namingAccounts([role.account])) }
}

const marks: Readonly<Record<Verification['kind'], string>> = {
  proved: '✓',
  decided: '✓',
  refused: '✗',
  unknown: '?',
}

/** One line each; the first character is the mark. */
export function renderVerifications(verifications: readonly Verification[]): readonly string[] {
  return verifications.map(
    ({ kind, grant, caller, role, detail }) =>
      `${marks[kind]} ${kind}: ${grant}: ${caller} → ${role}: ${detail}`,
  )
}
