import type { AccountId, PolicyDocument } from '../core/index.ts'
import type { LocalTools } from './operation.ts'
import { runSeedStep } from './seed-call.ts'
import type { RootCredentials } from './services/iam/accounts.ts'
import { mfaDevicesOf } from './services/iam/mfa-device.ts'
import { accessKeysOf, keyIdsOf, nameKey, usersOf } from './services/iam/tables.ts'

/** What users and roles that an account starts with have in common. */
export interface SeedHolder {
  readonly name: string
  /** `/` when left out. */
  readonly path?: string
  readonly managedPolicyArns?: readonly string[]
  /** Inline policies by name. */
  readonly inlinePolicies?: Readonly<Record<string, PolicyDocument>>
  /** The managed policy that is its permissions boundary. */
  readonly boundaryArn?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** A user that an account starts with, made as its root user would make it. */
export interface SeedUser extends SeedHolder {
  /** Any texts do; one new and random key when left out. */
  readonly keys?: readonly RootCredentials[]
  readonly mfa?: SeedMfaDevice
}

/** A virtual MFA device that the user has enabled already. */
export interface SeedMfaDevice {
  readonly name: string
  /** As authenticator apps take it: Base32. */
  readonly seed: string
}

/** Creates the user with its access keys, by the same operations that clients call. Only inside `transact`. */
export function seedUser(tools: LocalTools, accountId: AccountId, user: SeedUser): void {
  seedHolder(tools, accountId, { noun: 'User', holder: user })
  if (user.keys === undefined) {
    const input = { UserName: user.name }
    runSeedStep(tools, accountId, { service: 'iam', name: 'CreateAccessKey', input })
  }
  for (const key of user.keys ?? []) saveKey(tools, accountId, { user, key })
  if (user.mfa !== undefined) saveMfaDevice(tools, accountId, { user, device: user.mfa })
}

export interface NewHolder {
  readonly noun: 'User' | 'Role'
  readonly holder: SeedHolder
  /** What only this kind is created with. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** Creates a user or role with its policies. Only inside `transact`. */
export function seedHolder(tools: LocalTools, accountId: AccountId, made: NewHolder): void {
  const { noun, holder } = made
  const { path, boundaryArn, tags = {} } = holder
  const named = { [`${noun}Name`]: holder.name }
  const run = (name: string, input: Readonly<Record<string, unknown>>): void => {
    runSeedStep(tools, accountId, { service: 'iam', name, input: { ...named, ...input } })
  }
  run(`Create${noun}`, {
    ...made.more,
    ...(path === undefined ? {} : { Path: path }),
    ...(boundaryArn === undefined ? {} : { PermissionsBoundary: boundaryArn }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  })
  for (const PolicyArn of holder.managedPolicyArns ?? []) {
    run(`Attach${noun}Policy`, { PolicyArn })
  }
  for (const [name, document] of Object.entries(holder.inlinePolicies ?? {})) {
    const PolicyDocument = JSON.stringify(document)
    run(`Put${noun}Policy`, { PolicyName: name, PolicyDocument })
  }
}

interface GivenKey {
  readonly user: SeedUser
  readonly key: RootCredentials
}

function saveKey({ store, clock }: LocalTools, accountId: AccountId, { user, key }: GivenKey) {
  const { accessKeyId, secretAccessKey } = key
  if (accessKeysOf(store).get(accessKeyId) !== undefined) {
    throw new Error(`access key \`…${accessKeyId.slice(-4)}\` is in use already`)
  }
  const made = requireUser(store, accountId, user)
  const ids = keyIdsOf(store).get(made.id) ?? []
  keyIdsOf(store).set(made.id, [...ids, accessKeyId])
  const createdAtMs = clock.nowMs()
  const rest = { accountId, userName: made.name, isActive: true, createdAtMs }
  accessKeysOf(store).set(accessKeyId, { accessKeyId, secretAccessKey, ...rest })
}

interface GivenDevice {
  readonly user: SeedUser
  readonly device: SeedMfaDevice
}

function saveMfaDevice(tools: LocalTools, accountId: AccountId, given: GivenDevice): void {
  const { user, device } = given
  const bytes = parseBase32(device.seed)
  if (bytes === undefined) {
    throw new Error(`user \`${user.name}\`: the seed of its MFA device is no Base32`)
  }
  const serialNumber = `arn:aws:iam::${accountId}:mfa/${device.name}`
  const devices = mfaDevicesOf(tools.store, accountId)
  if (devices.get(serialNumber) !== undefined) {
    throw new Error(`the MFA device \`${serialNumber}\` is there already`)
  }
  const enabledAtMs = tools.clock.nowMs()
  const { id: userId } = requireUser(tools.store, accountId, user)
  devices.set(serialNumber, {
    serialNumber,
    accountId,
    seed: bytes.toString('base64'),
    createdAtMs: enabledAtMs,
    tags: {},
    assigned: { userId, enabledAtMs, driftSteps: 0 },
  })
}

/** Undefined for what is no Base32 of at least ten bytes. */
function parseBase32(text: string): Buffer | undefined {
  const letters = text.replaceAll(/[\s=]/g, '').toUpperCase()
  if (!/^[A-Z2-7]{16,}$/.test(letters)) return undefined
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...letters].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
  const bytes = bits.join('').match(/[01]{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

function requireUser(store: LocalTools['store'], accountId: AccountId, { name }: SeedUser) {
  const user = usersOf(store, accountId).get(nameKey(name))
  if (user === undefined) throw new Error(`bug: the user \`${name}\` was not made`)
  return user
}

/** The user's first active access key, or undefined. */
export function userCredentials(
  { store }: LocalTools,
  accountId: AccountId,
  name: string,
): RootCredentials | undefined {
  const user = usersOf(store, accountId).get(nameKey(name))
  if (user === undefined) return undefined
  const keys = (keyIdsOf(store).get(user.id) ?? []).map((id) => accessKeysOf(store).get(id))
  const key = keys.find((each) => each?.isActive === true)
  if (key === undefined) return undefined
  return { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey }
}
