import type { Credentials } from '../credentials.ts'
import type { StsEndpoint, StsRefusal } from '../sts-call.ts'
import { callEcr } from './ecr-call.ts'
import type { ImageAddress } from './registry-address.ts'

/** A repository as it is now, in what decides over a push besides the caller's own policies. */
export type RepositoryReading =
  | {
      readonly kind: 'repository'
      /** Its own policy, as text; undefined where it has none. */
      readonly policyText: string | undefined
      readonly areTagsImmutable: boolean
      /** Whether an image has the tag that was asked for; undefined where none was. */
      readonly isTagTaken: boolean | undefined
    }
  | { readonly kind: 'absent' }
  | StsRefusal

/** Reads the repository of an image. Throws a `SessionError` when ECR gives no answer. */
export async function readRepository(
  image: ImageAddress,
  credentials: Credentials,
  endpoint: StsEndpoint,
): Promise<RepositoryReading> {
  const { accountId: registryId, repository: repositoryName, tag } = image
  const named = { registryId, repositoryName }
  const ecr = await import('@aws-sdk/client-ecr')
  const answer = await callEcr(credentials, endpoint, async (client) => {
    const command = new ecr.DescribeRepositoriesCommand({
      registryId,
      repositoryNames: [repositoryName],
    })
    const [found] = (await client.send(command)).repositories ?? []
    const policy = await orUndefined('RepositoryPolicyNotFoundException', () =>
      client.send(new ecr.GetRepositoryPolicyCommand(named)),
    )
    const images = (imageTag: string) =>
      orUndefined('ImageNotFoundException', () =>
        client.send(new ecr.DescribeImagesCommand({ ...named, imageIds: [{ imageTag }] })),
      )
    return {
      policyText: policy?.policyText,
      areTagsImmutable: found?.imageTagMutability === 'IMMUTABLE',
      isTagTaken: tag === undefined ? undefined : (await images(tag)) !== undefined,
    }
  })
  if (answer.kind === 'output') return { kind: 'repository', ...answer.output }
  return answer.code === 'RepositoryNotFoundException' ? { kind: 'absent' } : answer
}

async function orUndefined<Output>(
  errorName: string,
  call: () => Promise<Output>,
): Promise<Output | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof Error && error.name === errorName) return undefined
    throw error
  }
}
