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
import type { KeyEncoding } from './ssh-rsa-key.ts'
import { encodingOf, fingerprintOf, renderRsaKey, requireRsaKey } from './ssh-rsa-key.ts'
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
    const fingerprint = fingerprintOf(requireRsaKey(input.SSHPublicKeyBody))
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

const getSshPublicKey = iamOperation<KeyInput & { readonly Encoding: KeyEncoding }, object>({
  name: 'GetSSHPublicKey',
  ...asked,
  run(input, call) {
    const key = requireOwn(input, call)
    const rsaKey = requireRsaKey(key.body)
    const isGiven = encodingOf(key.body) === input.Encoding
    const body = isGiven ? key.body : renderRsaKey(rsaKey, input.Encoding)
    const user = requireHolder(userKind, input.UserName, call)
    return { SSHPublicKey: renderInFull({ ...key, body }, user) }
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
