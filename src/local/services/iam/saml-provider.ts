import type { AccountId } from '../../../core/index.ts'
import type { Store, Table } from '../../store/store.ts'
import { invalidInput, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import type { SamlMetadata } from './saml-metadata.ts'
import { parseSamlMetadata } from './saml-metadata.ts'
import type { Tags } from './tags.ts'

/** A SAML identity provider as an account knows it. */
export interface SamlProvider {
  readonly name: string
  readonly arn: string
  readonly accountId: AccountId
  readonly uuid: string
  readonly createdAtMs: number
  /** When its metadata came, where that was later. */
  readonly updatedAtMs?: number
  /** As it was sent. */
  readonly metadataDocument: string
  readonly metadata: SamlMetadata
  /** Whether its assertions have to be encrypted; they may be in any case. */
  readonly encryptionMode?: 'Required' | 'Allowed'
  /** What encrypted assertions are opened with. */
  readonly privateKeys?: readonly SamlPrivateKey[]
  readonly tags: Tags
}

export interface SamlPrivateKey {
  readonly keyId: string
  readonly addedAtMs: number
  readonly pem: string
}

/** By name. */
export const samlProvidersOf = (store: Store, accountId: AccountId): Table<SamlProvider> =>
  store.table('iam.saml-providers', accountId)

const arnPattern = /^arn:aws:iam::(\d{12}):saml-provider\/([\w._-]+)$/

/** The provider with this ARN, in whichever account of this server it is. */
export function findSamlProviderByArn(store: Store, arn: string): SamlProvider | undefined {
  const [, accountId, name = ''] = arnPattern.exec(arn) ?? []
  if (accountId === undefined) return undefined
  return samlProvidersOf(store, accountId as AccountId).get(name)
}

export function findSamlProvider(arn: string, call: IamCall): SamlProvider | undefined {
  const provider = findSamlProviderByArn(call.store, arn)
  return provider?.accountId === call.accountId ? provider : undefined
}

export function requireSamlProvider(arn: string, call: IamCall): SamlProvider {
  const provider = findSamlProvider(arn, call)
  if (provider !== undefined) return provider
  throw noSuchEntity(`Manifest not found for arn ${arn}`)
}

export function saveSamlProvider(provider: SamlProvider, call: IamCall): void {
  samlProvidersOf(call.store, call.accountId).set(provider.name, provider)
}

export function requireSamlMetadata(text: string): SamlMetadata {
  const metadata = parseSamlMetadata(text)
  if (metadata !== undefined) return metadata
  throw invalidInput('Could not parse metadata')
}

const hundredYearsMs = 100 * 365 * 86_400_000

/** AWS: a hundred years after the metadata came, whatever that says of itself. Nothing is refused for it. */
export function validUntilMs({ createdAtMs, updatedAtMs }: SamlProvider): number {
  return (updatedAtMs ?? createdAtMs) + hundredYearsMs
}
