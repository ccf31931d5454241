import type { AccountId } from '../../../core/index.ts'
import type { Store, Table } from '../../store/store.ts'
import { noSuchEntity, validationError } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import type { Tags } from './tags.ts'

/** An OIDC identity provider as an account knows it. */
export interface OpenIdConnectProvider {
  /** The issuer without `https://`, as it was given: `server.example.com/path`. */
  readonly url: string
  readonly arn: string
  readonly accountId: AccountId
  readonly createdAtMs: number
  /** The audiences that tokens may be for. */
  readonly clientIds: readonly string[]
  /** Kept and told, and compared with nothing: no certificate is ever looked at here. */
  readonly thumbprints: readonly string[]
  readonly tags: Tags
}

/** By `url`. */
export const openIdConnectProvidersOf = (
  store: Store,
  accountId: AccountId,
): Table<OpenIdConnectProvider> => store.table('iam.oidc-providers', accountId)

/** The provider of an account that a token of `issuer`, with its scheme, belongs to. */
export function findProviderOfIssuer(
  store: Store,
  accountId: AccountId,
  issuer: string,
): OpenIdConnectProvider | undefined {
  if (!issuer.startsWith(scheme)) return undefined
  return openIdConnectProvidersOf(store, accountId).get(issuer.slice(scheme.length))
}

const scheme = 'https://'
const hostAndPath =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\/[\w.~%!$&'()*+,;=:@/-]*)?$/i

/** What follows `https://`. AWS takes no other scheme, no port, no query. */
export function requireProviderUrl(url: string): string {
  const rest = url.startsWith(scheme) ? url.slice(scheme.length) : ''
  if (hostAndPath.test(rest)) return rest
  throw validationError('Invalid Open ID Connect Provider URL')
}

export function openIdConnectProviderArn(accountId: AccountId, url: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${url}`
}

export function findOpenIdConnectProvider(
  arn: string,
  call: IamCall,
): OpenIdConnectProvider | undefined {
  const start = openIdConnectProviderArn(call.accountId, '')
  if (!arn.startsWith(start)) return undefined
  return openIdConnectProvidersOf(call.store, call.accountId).get(arn.slice(start.length))
}

export function requireOpenIdConnectProvider(arn: string, call: IamCall): OpenIdConnectProvider {
  const provider = findOpenIdConnectProvider(arn, call)
  if (provider !== undefined) return provider
  throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
}

export function saveOpenIdConnectProvider(provider: OpenIdConnectProvider, call: IamCall): void {
  openIdConnectProvidersOf(call.store, call.accountId).set(provider.url, provider)
}
