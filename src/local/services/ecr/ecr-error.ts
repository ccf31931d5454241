import { ServiceError } from '../../service-error.ts'

/** An error of ECR: the name of its shape, and ECR's words. */
export function ecrError(
  code: EcrErrorCode,
  message: string,
  details: Readonly<Record<string, string>> = {},
): ServiceError {
  return new ServiceError(code, message, { details })
}

export type EcrErrorCode =
  | 'AccessDeniedException'
  | 'EmptyUploadException'
  | 'ImageAlreadyExistsException'
  | 'ImageDigestDoesNotMatchException'
  | 'ImageNotFoundException'
  | 'ImageTagAlreadyExistsException'
  | 'InvalidLayerException'
  | 'InvalidLayerPartException'
  | 'InvalidParameterException'
  | 'InvalidTagParameterException'
  | 'LayerAlreadyExistsException'
  | 'LayerPartTooSmallException'
  | 'LayersNotFoundException'
  | 'LifecyclePolicyNotFoundException'
  | 'LimitExceededException'
  | 'ReferencedImagesNotFoundException'
  | 'RegistryPolicyNotFoundException'
  | 'RepositoryAlreadyExistsException'
  | 'RepositoryNotEmptyException'
  | 'RepositoryNotFoundException'
  | 'RepositoryPolicyNotFoundException'
  | 'TooManyTagsException'
  | 'UploadNotFoundException'

/** `Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'`. */
export function invalidParameter(name: string, constraint: string): ServiceError {
  const message = `Invalid parameter at '${name}' failed to satisfy constraint: '${constraint}'`
  return ecrError('InvalidParameterException', message)
}
