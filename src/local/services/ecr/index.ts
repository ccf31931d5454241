import type { Operation } from '../../operation.ts'
import { batchDeleteImage, batchGetImage, describeImages, listImages } from './image-reads.ts'
import { batchCheckLayerAvailability, getDownloadUrlForLayer } from './layer-reads.ts'
import { completeLayerUpload, initiateLayerUpload, uploadLayerPart } from './layer-upload.ts'
import { putImage } from './put-image.ts'
import {
  deleteRegistryPolicy,
  describeRegistry,
  getAuthorizationToken,
  getRegistryPolicy,
  putRegistryPolicy,
} from './registry-operations.ts'
import {
  createRepository,
  deleteRepository,
  describeRepositories,
} from './repository-operations.ts'
import {
  deleteLifecyclePolicy,
  deleteRepositoryPolicy,
  getLifecyclePolicy,
  getRepositoryPolicy,
  listTagsForResource,
  putImageScanningConfiguration,
  putImageTagMutability,
  putLifecyclePolicy,
  setRepositoryPolicy,
  tagResource,
  untagResource,
} from './repository-settings.ts'

/** Every ECR call that is built. */
export const ecrOperations: readonly Operation[] = [
  getAuthorizationToken,
  describeRegistry,
  putRegistryPolicy,
  getRegistryPolicy,
  deleteRegistryPolicy,
  createRepository,
  describeRepositories,
  deleteRepository,
  setRepositoryPolicy,
  getRepositoryPolicy,
  deleteRepositoryPolicy,
  putImageTagMutability,
  putImageScanningConfiguration,
  putLifecyclePolicy,
  getLifecyclePolicy,
  deleteLifecyclePolicy,
  tagResource,
  untagResource,
  listTagsForResource,
  initiateLayerUpload,
  uploadLayerPart,
  completeLayerUpload,
  batchCheckLayerAvailability,
  getDownloadUrlForLayer,
  putImage,
  listImages,
  describeImages,
  batchGetImage,
  batchDeleteImage,
]
