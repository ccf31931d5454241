import type { AccessFile } from './access-file.ts'
import type { DesiredOidcProvider } from './compilation.ts'
import { oidcProviderArn } from './compile-arns.ts'

/** One identity provider per issuer and trusting account, with the audiences of all grants that use it. */
export function oidcProviders(access: AccessFile): readonly DesiredOidcProvider[] {
  const providers = new Map<string, DesiredOidcProvider>()
  for (const { from, to } of access.grants) {
    if (from.kind !== 'oidc') continue
    for (const account of to.accounts) {
      const arn = oidcProviderArn(account, from.issuer)
      const present = providers.get(arn)
      const audiences = new Set([...(present?.audiences ?? []), from.audience])
      providers.set(arn, {
        account,
        arn,
        url: `https://${from.issuer}`,
        audiences: [...audiences].sort(),
        create: from.provider === 'create' || present?.create === true,
      })
    }
  }
  return [...providers.values()]
}
