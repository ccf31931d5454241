import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { entityAlreadyExists, limitExceeded } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { iamQuotas } from './quotas.ts'
import type { SamlProvider } from './saml-provider.ts'
import {
  findSamlProvider,
  requireSamlMetadata,
  requireSamlProvider,
  samlProvidersOf,
  saveSamlProvider,
  validUntilMs,
} from './saml-provider.ts'
import { tagOperationsOf } from './tag-operations.ts'
import type { Tag } from './tags.ts'
import { mergeTags, readTags, renderTags, requestTagContext, resourceTagContext } from './tags.ts'

interface EncryptionInput {
  readonly AssertionEncryptionMode?: 'Required' | 'Allowed'
  readonly AddPrivateKey?: string
  readonly RemovePrivateKey?: string
}

/** Without a private key an encrypted assertion cannot be read, and `Required` would let nobody in. */
function requirePlainAssertions(input: EncryptionInput): void {
  const isPlain = input.AddPrivateKey === undefined && input.RemovePrivateKey === undefined
  if (isPlain && input.AssertionEncryptionMode !== 'Required') return
  const message = 'encrypted SAML assertions are not built'
  throw new ServiceError('NotImplemented', message, { status: 501 })
}

interface CreateInput extends EncryptionInput {
  readonly Name: string
  readonly SAMLMetadataDocument: string
  readonly Tags?: readonly Tag[]
}

function arnOfNew(input: CreateInput, call: IamCall): string {
  return `arn:aws:iam::${call.accountId}:saml-provider/${input.Name}`
}

const createProvider = iamOperation<CreateInput, object>({
  name: 'CreateSAMLProvider',
  resource: arnOfNew,
  context: (input) => requestTagContext(input.Tags),
  alsoAsk: (input) => (input.Tags === undefined ? [] : [{ action: 'iam:TagSAMLProvider' }]),
  run(input, call) {
    requirePlainAssertions(input)
    const providers = samlProvidersOf(call.store, call.accountId)
    if (providers.get(input.Name) !== undefined) {
      throw entityAlreadyExists(`Provider with name ${input.Name} already exists.`)
    }
    if (providers.size >= iamQuotas.samlProviders) {
      throw limitExceeded(
        `Cannot exceed quota for SAMLProvidersPerAccount: ${iamQuotas.samlProviders}`,
      )
    }
    const tags = mergeTags({}, readTags(input.Tags))
    const arn = arnOfNew(input, call)
    saveSamlProvider(
      {
        name: input.Name,
        arn,
        accountId: call.accountId,
        uuid: call.randomBytes(16).toString('hex').toUpperCase(),
        createdAtMs: call.nowMs,
        metadataDocument: input.SAMLMetadataDocument,
        metadata: requireSamlMetadata(input.SAMLMetadataDocument),
        tags,
      },
      call,
    )
    return { SAMLProviderArn: arn, ...renderOwnTags({ tags }) }
  },
})

interface ArnInput {
  readonly SAMLProviderArn: string
}

const asked = {
  resource: (input: ArnInput) => input.SAMLProviderArn,
  context: (input: ArnInput, call: IamCall) =>
    resourceTagContext(findSamlProvider(input.SAMLProviderArn, call)?.tags),
}

const getProvider = iamOperation<ArnInput, object>({
  name: 'GetSAMLProvider',
  ...asked,
  run(input, call) {
    const provider = requireSamlProvider(input.SAMLProviderArn, call)
    return {
      SAMLProviderUUID: provider.uuid,
      SAMLMetadataDocument: provider.metadataDocument,
      ...renderTimes(provider),
      ...renderOwnTags(provider),
    }
  },
})

function renderTimes(provider: SamlProvider): object {
  return {
    CreateDate: new Date(provider.createdAtMs),
    ValidUntil: new Date(validUntilMs(provider)),
  }
}

function renderOwnTags({ tags }: Pick<SamlProvider, 'tags'>): object {
  const told = renderTags(tags)
  return told.length === 0 ? {} : { Tags: told }
}

const listProviders = iamOperation({
  name: 'ListSAMLProviders',
  run(_input, call) {
    const providers = [...samlProvidersOf(call.store, call.accountId).entries()]
    const list = providers.map(([, provider]) => ({ Arn: provider.arn, ...renderTimes(provider) }))
    return { SAMLProviderList: list }
  },
})

interface UpdateInput extends ArnInput, EncryptionInput {
  readonly SAMLMetadataDocument?: string
}

const updateProvider = iamOperation<UpdateInput, object>({
  name: 'UpdateSAMLProvider',
  ...asked,
  run(input, call) {
    requirePlainAssertions(input)
    const provider = requireSamlProvider(input.SAMLProviderArn, call)
    const { SAMLMetadataDocument: text } = input
    if (text !== undefined) {
      const metadata = requireSamlMetadata(text)
      saveSamlProvider({ ...provider, metadataDocument: text, metadata }, call)
    }
    return { SAMLProviderArn: provider.arn }
  },
})

const deleteProvider = iamOperation<ArnInput, object>({
  name: 'DeleteSAMLProvider',
  ...asked,
  run(input, call) {
    const provider = requireSamlProvider(input.SAMLProviderArn, call)
    samlProvidersOf(call.store, call.accountId).delete(provider.name)
    return {}
  },
})

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html */
export const samlOperations: readonly Operation[] = [
  createProvider,
  getProvider,
  listProviders,
  updateProvider,
  deleteProvider,
  ...tagOperationsOf<ArnInput>({
    noun: 'SAMLProvider',
    ...asked,
    find: (input, call) => requireSamlProvider(input.SAMLProviderArn, call),
    save: (input, tags, call) =>
      saveSamlProvider({ ...requireSamlProvider(input.SAMLProviderArn, call), tags }, call),
  }),
]
