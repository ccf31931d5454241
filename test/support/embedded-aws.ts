import { startLocalAws } from '../../src/local/index.ts'
import type { AwsUnderTest } from './aws-under-test.ts'

/** Stile's own AWS, strict, with an account for every one that is asked for. */
export async function startEmbeddedAws(): Promise<AwsUnderTest> {
  const local = await startLocalAws()
  const known = new Set<string>()
  return {
    name: 'the embedded AWS',
    url: local.url,
    accounts: 'fresh',
    keysOf: (accountId) => {
      if (!known.has(accountId)) local.addAccount({ id: accountId })
      known.add(accountId)
      return Promise.resolve(local.rootCredentials(accountId))
    },
    stop: () => local.stop(),
  }
}
