import { createHash, createPublicKey } from 'node:crypto'
import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { Store, Table } from '../../store/store.ts'
import type { User } from './entities.ts'
import { findHolder, holderArn, holderContext, requireHolder, userKind } from './holder.ts'
import { limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { iamQuotas } from './quotas.ts'
import { newUniqueId } from './unique-id.ts'

/** A key of a user for CodeCommit. */
export interface SshPublicKey {
  readonly id: string
  readonly body: string
  /** MD5 over the key, as AWS shows it. */
  readonly fingerprint: string
  readonly isActive: boolean
  readonly uploadedAtMs: number
}

/** By the user's unique id. */
const tableOf = (store: Store): Table<readonly SshPublicKey[]> =>
  store.table('iam.ssh-public-keys', '')

export function sshKeysOf(user: User, call: IamCall): readonly SshPublicKey[] {
  return tableOf(call.store).get(user.id) ?? []
}

function save(user: User, keys: readonly SshPublicKey[], call: IamCall): void {
  if (keys.length === 0) tableOf(call.store).delete(user.id)
  else tableOf(call.store).set(user.id, keys)
}

interface UserInput {
  readonly UserName: string
}

const asked = {
  resource: (input: Partial<UserInput>, call: IamCall) =>
    holderArn(userKind, input.UserName ?? '', call),
  context: (input: Partial<UserInput>, call: IamCall) =>
    holderContext(findHolder(userKind, input.UserName ?? '', call)),
}

const uploadSshPublicKey = iamOperation<UserInput & { readonly SSHPublicKeyBody: string }, object>({
  name: 'UploadSSHPublicKey',
  ...asked,
  run(input, call) {
    const user = requireHolder(userKind, input.UserName, call)
    const fingerprint = requireKey(input.SSHPublicKeyBody)
    const keys = sshKeysOf(user, call)
    if (keys.some((one) => one.fingerprint === fingerprint)) {
      throw new ServiceError('DuplicateSSHPublicKey', 'The SSH public key is already associated')
    }
    const limit = iamQuotas.sshPublicKeysPerUser
    if (keys.length >= limit)
      throw limitExceeded(`Cannot exceed quota for SSHPublicKeysPerUser: ${limit}`)
    const key: SshPublicKey = {
      id: newUniqueId('sshPublicKey', call.randomBytes),
      body: input.SSHPublicKeyBody,
      fingerprint,
      isActive: true,
      uploadedAtMs: call.nowMs,
    }
    save(user, [...keys, key], call)
    return { SSHPublicKey: renderInFull(key, user) }
  },
})

/** AWS takes RSA keys of 2,048 bits and more, in the form of ssh-rsa or PEM. */
function requireKey(body: string): string {
  const encoded = /^ssh-rsa ([A-Za-z0-9+/]+={0,2})(?: .*)?$/s.exec(body.trim())?.[1]
  if (encoded !== undefined) return fingerprintOf(requireSshRsa(Buffer.from(encoded, 'base64')))
  if (!body.includes('BEGIN')) {
    const message = 'The public key encoding is unrecognized: it must be ssh-rsa or PEM'
    throw new ServiceError('UnrecognizedPublicKeyEncoding', message)
  }
  return fingerprintOf(requirePem(body))
}

function requireSshRsa(bytes: Buffer): Buffer {
  const fields: Buffer[] = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at)
    if (at + 4 + size > bytes.length) throw invalidKey()
    fields.push(bytes.subarray(at + 4, at + 4 + size))
    at += 4 + size
  }
  const [name, , modulus] = fields
  const bits = ((modulus?.length ?? 0) - 1) * 8
  if (fields.length !== 3 || name?.toString() !== 'ssh-rsa' || bits < 2048) throw invalidKey()
  return bytes
}

function requirePem(body: string): Buffer {
  try {
    const key = createPublicKey(body)
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) throw invalidKey()
    return key.export({ type: 'spki', format: 'der' })
  } catch (cause) {
    throw cause instanceof ServiceError ? cause : invalidKey(cause)
  }
}

function invalidKey(cause?: unknown): ServiceError {
  const message = 'The public key is malformed or otherwise invalid'
  return new ServiceError('InvalidPublicKey', message, { cause })
}

function fingerprintOf(bytes: Buffer): string {
  return createHash('md5')
    .update(bytes)
    .digest('hex')
    .replace(/(..)(?=.)/g, '$1:')
}

/** As lists tell it. */
function renderKey(key: SshPublicKey, user: User): object {
  return {
    UserName: user.name,
    SSHPublicKeyId: key.id,
    Status: key.isActive ? 'Active' : 'Inactive',
    UploadDate: new Date(key.uploadedAtMs),
  }
}

function renderInFull(key: SshPublicKey, user: User): object {
  return { ...renderKey(key, user), Fingerprint: key.fingerprint, SSHPublicKeyBody: key.body }
}

const listSshPublicKeys = iamOperation<Partial<UserInput> & PageInput, object>({
  name: 'ListSSHPublicKeys',
  ...asked,
  run(input, call) {
    const user = requireHolder(userKind, input.UserName ?? '', call)
    const sorted = sshKeysOf(user, call).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const page = paginate(sorted, input, (key) => key.id)
    return { SSHPublicKeys: page.items.map((key) => renderKey(key, user)), ...page.more }
  },
})

interface KeyInput extends UserInput {
  readonly SSHPublicKeyId: string
}

function requireOwn(input: KeyInput, call: IamCall): SshPublicKey {
  const keys = sshKeysOf(requireHolder(userKind, input.UserName, call), call)
  const found = keys.find((key) => key.id === input.SSHPublicKeyId)
  if (found !== undefined) return found
  throw noSuchEntity(`The Public Key with id ${input.SSHPublicKeyId} cannot be found.`)
}

const getSshPublicKey = iamOperation<KeyInput & { readonly Encoding: 'SSH' | 'PEM' }, object>({
  name: 'GetSSHPublicKey',
  ...asked,
  run(input, call) {
    const key = requireOwn(input, call)
    const isSsh = key.body.trim().startsWith('ssh-rsa')
    if (isSsh !== (input.Encoding === 'SSH')) {
      const message = 'Giving a public key in another encoding than it came in is not built'
      throw new ServiceError('NotImplemented', message, { status: 501 })
    }
    return { SSHPublicKey: renderInFull(key, requireHolder(userKind, input.UserName, call)) }
  },
})

const updateSshPublicKey = iamOperation<KeyInput & { readonly Status: string }, object>({
  name: 'UpdateSSHPublicKey',
  ...asked,
  run(input, call) {
    const found = requireOwn(input, call)
    const user = requireHolder(userKind, input.UserName, call)
    const changed = { ...found, isActive: input.Status === 'Active' }
    const keys = sshKeysOf(user, call).map((key) => (key.id === found.id ? changed : key))
    save(user, keys, call)
    return {}
  },
})

const deleteSshPublicKey = iamOperation<KeyInput, object>({
  name: 'DeleteSSHPublicKey',
  ...asked,
  run(input, call) {
    const found = requireOwn(input, call)
    const user = requireHolder(userKind, input.UserName, call)
    save(
      user,
      sshKeysOf(user, call).filter((key) => key.id !== found.id),
      call,
    )
    return {}
  },
})

export const sshPublicKeyOperations: readonly Operation[] = [
  uploadSshPublicKey,
  listSshPublicKeys,
  getSshPublicKey,
  updateSshPublicKey,
  deleteSshPublicKey,
]
