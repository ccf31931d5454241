import { createPrivateKey } from 'node:crypto'
import { invalidInput, limitExceeded, validationError } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import type { SamlPrivateKey, SamlProvider } from './saml-provider.ts'
import { newPrefixedId } from './unique-id.ts'

export interface EncryptionInput {
  readonly AssertionEncryptionMode?: 'Required' | 'Allowed'
  readonly AddPrivateKey?: string
}

export interface EncryptionChange extends EncryptionInput {
  readonly RemovePrivateKey?: string
}

type Encryption = Required<Pick<SamlProvider, 'encryptionMode' | 'privateKeys'>>

/** AWS: one to use, and one to change to. */
const mostKeys = 2

/** How a new provider takes encrypted assertions. */
export function newEncryption(input: EncryptionInput, call: IamCall): Encryption {
  const { AssertionEncryptionMode: encryptionMode = 'Allowed', AddPrivateKey: pem } = input
  const privateKeys = pem === undefined ? [] : [newKey(pem, call)]
  if (encryptionMode === 'Allowed' || privateKeys.length > 0) return { encryptionMode, privateKeys }
  throw validationError(
    'Unable to set assertion encryption mode to Required because no private key is provided.',
  )
}

/** AWS takes any private key; one that is not of RSA opens nothing. */
function newKey(pem: string, call: IamCall): SamlPrivateKey {
  if (!isPrivateKey(pem)) throw invalidInput('Could not parse private key')
  const keyId = newPrefixedId('SAMLPK', call.randomBytes)
  return { keyId, addedAtMs: call.nowMs, pem }
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem)
    return true
  } catch {
    return false
  }
}

/** How a provider takes them after a change. Throws when the change leaves assertions that nothing could open. */
export function changedEncryption(
  provider: SamlProvider,
  input: EncryptionChange,
  call: IamCall,
): Encryption {
  const { AddPrivateKey: added, RemovePrivateKey: removed } = input
  if (added !== undefined && removed !== undefined) {
    throw validationError(
      'Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.',
    )
  }
  const { privateKeys: known = [], encryptionMode: mode = 'Allowed' } = provider
  const encryptionMode = input.AssertionEncryptionMode ?? mode
  const kept = removed === undefined ? known : withoutKey(known, removed)
  const privateKeys = added === undefined ? kept : withKey(kept, added, call)
  if (encryptionMode === 'Allowed' || privateKeys.length > 0) return { encryptionMode, privateKeys }
  throw invalidInput(
    removed === undefined
      ? 'Failed to set assertion encryption mode to Required because no private key is present.'
      : failedToRemove,
  )
}

const failedToRemove = 'Failed to remove private key.'

function withoutKey(known: readonly SamlPrivateKey[], keyId: string): readonly SamlPrivateKey[] {
  const kept = known.filter((one) => one.keyId !== keyId)
  if (kept.length === known.length) throw invalidInput(failedToRemove)
  return kept
}

function withKey(
  known: readonly SamlPrivateKey[],
  pem: string,
  call: IamCall,
): readonly SamlPrivateKey[] {
  if (known.length < mostKeys) return [...known, newKey(pem, call)]
  throw limitExceeded(`Private key limit of ${mostKeys} is reached.`)
}

/** What `GetSAMLProvider` tells of it: of the keys no more than their names. */
export function renderEncryption({ encryptionMode, privateKeys = [] }: SamlProvider): object {
  return {
    AssertionEncryptionMode: encryptionMode ?? 'Allowed',
    PrivateKeyList: privateKeys.map(({ keyId, addedAtMs }) => ({
      KeyId: keyId,
      Timestamp: new Date(addedAtMs),
    })),
  }
}
