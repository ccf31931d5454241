import type { Operation } from '../../operation.ts'
import { entityAlreadyExists, limitExceeded, validationError } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { iamQuotas } from './quotas.ts'
import type { EncryptionChange, EncryptionInput } from './saml-private-keys.ts'
import { changedEncryption, newEncryption, renderEncryption } from './saml-private-keys.ts'
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
import { newPrefixedId } from './unique-id.ts'

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
    const encryption = newEncryption(input, call)
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
        uuid: newPrefixedId('SAMLSP', call.randomBytes),
        createdAtMs: call.nowMs,
        metadataDocument: input.SAMLMetadataDocument,
        metadata: requireSamlMetadata(input.SAMLMetadataDocument),
        ...encryption,
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
      ...renderEncryption(provider),
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

interface UpdateInput extends ArnInput, EncryptionChange {
  readonly SAMLMetadataDocument?: string
}

const updateProvider = iamOperation<UpdateInput, object>({
  name: 'UpdateSAMLProvider',
  ...asked,
  run(input, call) {
    const provider = requireSamlProvider(input.SAMLProviderArn, call)
    const { SAMLProviderArn: _, SAMLMetadataDocument: text, ...change } = input
    if (text === undefined && Object.values(change).every((one) => one === undefined)) {
      throw validationError(
        'Unable to update identity provider. No updates are defined for metadata or encryption assertion.',
      )
    }
    const renewed = text === undefined ? {} : newMetadata(text, call)
    const encryption = changedEncryption(provider, change, call)
    saveSamlProvider({ ...provider, ...renewed, ...encryption }, call)
    return { SAMLProviderArn: provider.arn }
  },
})

function newMetadata(
  text: string,
  call: IamCall,
): Pick<SamlProvider, 'metadataDocument' | 'metadata' | 'updatedAtMs'> {
  const metadata = requireSamlMetadata(text)
  return { metadataDocument: text, metadata, updatedAtMs: call.nowMs }
}

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
