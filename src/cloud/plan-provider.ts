import type { Compilation, DesiredOidcProvider } from '../access/index.ts'
import type { Blocked, Change } from './change.ts'
import { renderAccount } from './cloud-error.ts'
import { fileTag } from './ownership.ts'
import type { World } from './world.ts'

/** Identity providers: made where the file says `provider: create`, demanded elsewhere, never taken away. */
export function planProviders(
  live: Compilation,
  world: World,
): { readonly changes: readonly Change[]; readonly blocked: readonly Blocked[] } {
  const planned = live.oidcProviders
    .filter((provider) => world.isRead(provider.account.id))
    .map((provider) => planProvider(provider, world))
  return {
    changes: planned.flatMap((one) => one.changes),
    blocked: planned.flatMap((one) => one.blocked),
  }
}

function planProvider(desired: DesiredOidcProvider, world: World) {
  const { id, name } = desired.account
  const account = { id, name }
  const place = { account, side: 'trusting', stage: 'trusting', roleArns: [] } as const
  const actual = world.accounts
    .find((one) => one.account.id === id)
    ?.oidcProviders.find((provider) => provider.arn === desired.arn)
  if (actual === undefined && !desired.create) {
    const blocked: Blocked = {
      account,
      side: 'trusting',
      reason: 'missing-provider',
      object: desired.arn,
      message: `${renderAccount(account)} has no identity provider for ${desired.url}`,
      remedy: 'create it there, or declare `provider: create` in the grant',
    }
    return { changes: [], blocked: [blocked] }
  }
  if (actual === undefined) {
    const tags = world.file === undefined ? {} : { [fileTag]: world.file }
    const created: Change = {
      ...place,
      words: `create the identity provider ${desired.url}`,
      kind: 'createOidcProvider',
      url: desired.url,
      audiences: desired.audiences,
      tags,
    }
    return { changes: [created], blocked: [] }
  }
  const changes = desired.audiences
    .filter((audience) => desired.create && !actual.audiences.includes(audience))
    .map((audience): Change => {
      const words = `let the identity provider ${desired.url} take the audience ${audience}`
      return { ...place, words, kind: 'addOidcAudience', providerArn: desired.arn, audience }
    })
  return { changes, blocked: [] }
}
