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
  /** As it was sent. */
  readonly metadataDocument: string
  readonly metadata: SamlMetadata
  readonly tags: Tags
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

/** When the provider's metadata stops being good for anything. */
export function validUntilMs(provider: SamlProvider): number {
  return provider.metadata.validUntilMs ?? provider.createdAtMs + hundredYearsMs
}
