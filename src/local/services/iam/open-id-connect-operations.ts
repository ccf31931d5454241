import type { Operation } from '../../operation.ts'
import { entityAlreadyExists, invalidInput, limitExceeded } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import type { OpenIdConnectProvider } from './open-id-connect-provider.ts'
import {
  findOpenIdConnectProvider,
  openIdConnectProviderArn,
  openIdConnectProvidersOf,
  requireOpenIdConnectProvider,
  requireProviderUrl,
  saveOpenIdConnectProvider,
} from './open-id-connect-provider.ts'
import { iamQuotas } from './quotas.ts'
import { tagOperationsOf } from './tag-operations.ts'
import type { Tag } from './tags.ts'
import { mergeTags, readTags, renderTags, requestTagContext, resourceTagContext } from './tags.ts'

interface CreateInput {
  readonly Url: string
  readonly ClientIDList?: readonly string[]
  readonly ThumbprintList?: readonly string[]
  readonly Tags?: readonly Tag[]
}

const createProvider = iamOperation<CreateInput, object>({
  name: 'CreateOpenIDConnectProvider',
  resource: (input, call) =>
    openIdConnectProviderArn(call.accountId, input.Url.replace(/^https:\/\//, '')),
  context: (input) => requestTagContext(input.Tags),
  alsoAsk: (input) =>
    input.Tags === undefined ? [] : [{ action: 'iam:TagOpenIDConnectProvider' }],
  run(input, call) {
    const url = requireProviderUrl(input.Url)
    const providers = openIdConnectProvidersOf(call.store, call.accountId)
    if (providers.get(url) !== undefined) {
      throw entityAlreadyExists(`Provider with url ${input.Url} already exists.`)
    }
    if (providers.size >= iamQuotas.openIdConnectProviders) {
      const quota = `OpenIdConnectProvidersPerAccount: ${iamQuotas.openIdConnectProviders}`
      throw limitExceeded(`Cannot exceed quota for ${quota}`)
    }
    const tags = mergeTags({}, readTags(input.Tags))
    const arn = openIdConnectProviderArn(call.accountId, url)
    saveOpenIdConnectProvider(
      {
        url,
        arn,
        accountId: call.accountId,
        createdAtMs: call.nowMs,
        clientIds: requireClientIds(input.ClientIDList ?? []),
        thumbprints: requireThumbprints(input.ThumbprintList ?? []),
        tags,
      },
      call,
    )
    const told = renderTags(tags)
    return { OpenIDConnectProviderArn: arn, ...(told.length === 0 ? {} : { Tags: told }) }
  },
})

function requireClientIds(ids: readonly string[]): readonly string[] {
  const unique = [...new Set(ids)]
  const limit = iamQuotas.clientIdsPerOpenIdConnectProvider
  if (unique.length <= limit) return unique
  throw limitExceeded(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${limit}`)
}

function requireThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > iamQuotas.thumbprintsPerOpenIdConnectProvider) {
    throw invalidInput('Thumbprint list must contain fewer than 5 entries.')
  }
  return [...new Set(thumbprints)]
}

interface ArnInput {
  readonly OpenIDConnectProviderArn: string
}

const asked = {
  resource: (input: ArnInput) => input.OpenIDConnectProviderArn,
  context: (input: ArnInput, call: IamCall) =>
    resourceTagContext(findOpenIdConnectProvider(input.OpenIDConnectProviderArn, call)?.tags),
}

const getProvider = iamOperation<ArnInput, object>({
  name: 'GetOpenIDConnectProvider',
  ...asked,
  run(input, call) {
    const provider = requireOpenIdConnectProvider(input.OpenIDConnectProviderArn, call)
    const tags = renderTags(provider.tags)
    return {
      Url: provider.url,
      ClientIDList: provider.clientIds,
      ThumbprintList: provider.thumbprints,
      CreateDate: new Date(provider.createdAtMs),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    }
  },
})

const listProviders = iamOperation({
  name: 'ListOpenIDConnectProviders',
  run(_input, call) {
    const providers = openIdConnectProvidersOf(call.store, call.accountId).entries()
    const list = [...providers].map(([, provider]) => ({ Arn: provider.arn }))
    return { OpenIDConnectProviderList: list }
  },
})

/** AWS: no error when there is no such provider. */
const deleteProvider = iamOperation<ArnInput, object>({
  name: 'DeleteOpenIDConnectProvider',
  ...asked,
  run(input, call) {
    const provider = findOpenIdConnectProvider(input.OpenIDConnectProviderArn, call)
    const providers = openIdConnectProvidersOf(call.store, call.accountId)
    if (provider !== undefined) providers.delete(provider.url)
    return {}
  },
})

/** One change of a provider that is there. */
function changeOf<I extends ArnInput>(
  name: string,
  change: (provider: OpenIdConnectProvider, input: I) => OpenIdConnectProvider,
): Operation {
  return iamOperation<I, object>({
    name,
    ...asked,
    run(input, call) {
      const provider = requireOpenIdConnectProvider(input.OpenIDConnectProviderArn, call)
      saveOpenIdConnectProvider(change(provider, input), call)
      return {}
    },
  })
}

interface ClientIdInput extends ArnInput {
  readonly ClientID: string
}

interface ThumbprintInput extends ArnInput {
  readonly ThumbprintList: readonly string[]
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
export const openIdConnectOperations: readonly Operation[] = [
  createProvider,
  getProvider,
  listProviders,
  deleteProvider,
  changeOf<ClientIdInput>('AddClientIDToOpenIDConnectProvider', (provider, { ClientID: id }) => ({
    ...provider,
    clientIds: requireClientIds([...provider.clientIds, id]),
  })),
  changeOf<ClientIdInput>(
    'RemoveClientIDFromOpenIDConnectProvider',
    (provider, { ClientID: id }) => ({
      ...provider,
      clientIds: provider.clientIds.filter((one) => one !== id),
    }),
  ),
  changeOf<ThumbprintInput>('UpdateOpenIDConnectProviderThumbprint', (provider, input) => ({
    ...provider,
    thumbprints: requireThumbprints(input.ThumbprintList),
  })),
  ...tagOperationsOf<ArnInput>({
    noun: 'OpenIDConnectProvider',
    ...asked,
    find: (input, call) => requireOpenIdConnectProvider(input.OpenIDConnectProviderArn, call),
    save: (input, tags, call) => {
      const provider = requireOpenIdConnectProvider(input.OpenIDConnectProviderArn, call)
      saveOpenIdConnectProvider({ ...provider, tags }, call)
    },
  }),
]
