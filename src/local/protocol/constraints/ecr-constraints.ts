import { type ConstraintRows, each, oneOf, text } from './constraint.ts'

const account = text({}, '[0-9]{12}')
const repository = text(
  { min: 2, max: 256 },
  String.raw`[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`,
)
const digest = text({}, '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+')
const lifecyclePolicy = text({ min: 100, max: 30720 })

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html */
export const ecrConstraints: ConstraintRows = new Map([
  ...each('registryId', account),
  ...each('registryIds', { min: 1, max: 10, items: account }),
  ...each('repositoryName', repository),
  ...each('DescribeRepositoriesRequest.repositoryNames', { min: 1, max: 100, items: repository }),
  ...each('layerDigest', digest),
  ...each('CompleteLayerUploadRequest.layerDigests', { min: 1, max: 100, items: digest }),
  ...each('BatchCheckLayerAvailabilityRequest.layerDigests', {
    min: 1,
    max: 100,
    items: text({ min: 0, max: 1000 }),
  }),
  ...each(
    'uploadId',
    text({}, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'),
  ),
  ...each('partFirstByte partLastByte', { min: 0 }),
  ...each('imageIds acceptedMediaTypes', { min: 1, max: 100 }),
  ...each('imageTag', text({ min: 1, max: 300 })),
  ...each('imageManifest', text({ min: 1, max: 4194304 })),
  ...each('policyText', text({ min: 0, max: 10240 })),
  ...each('lifecyclePolicyText', lifecyclePolicy),
  ...each('maxResults', { min: 1, max: 1000 }),
  ...each('GetLifecyclePolicyPreviewRequest.maxResults', { min: 1, max: 100 }),
  ...each('ListImageReferrersRequest.maxResults', { min: 1, max: 50 }),
  ...each(
    'imageTagMutability',
    oneOf('MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'),
  ),
  ...each('EncryptionConfiguration.encryptionType', oneOf('AES256', 'KMS', 'KMS_DSSE')),
  ...each('tagStatus', oneOf('TAGGED', 'UNTAGGED', 'ANY')),
])
