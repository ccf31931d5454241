import type { Operation } from '../../operation.ts'
import { getBucketAcl, putBucketAcl } from './bucket/bucket-acl.ts'
import {
  deleteBucketEncryption,
  getBucketEncryption,
  putBucketEncryption,
} from './bucket/bucket-encryption.ts'
import {
  deleteBucketLifecycle,
  getBucketLifecycleConfiguration,
  putBucketLifecycleConfiguration,
} from './bucket/bucket-lifecycle.ts'
import {
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './bucket/bucket-lookups.ts'
import {
  deleteBucketPolicy,
  getBucketPolicy,
  getBucketPolicyStatus,
  putBucketPolicy,
} from './bucket/bucket-policy-operations.ts'
import { deleteBucketTagging, getBucketTagging, putBucketTagging } from './bucket/bucket-tagging.ts'
import { getBucketVersioning, putBucketVersioning } from './bucket/bucket-versioning.ts'
import { createBucket } from './bucket/create-bucket.ts'
import {
  deleteBucketOwnershipControls,
  getBucketOwnershipControls,
  putBucketOwnershipControls,
} from './bucket/ownership-controls.ts'
import {
  deletePublicAccessBlock,
  getPublicAccessBlock,
  putPublicAccessBlock,
} from './bucket/public-access-block.ts'
import {
  getObjectLockConfiguration,
  readOnlyConfigurations,
} from './bucket/read-only-configuration.ts'
import { listObjectVersions } from './listing/list-object-versions.ts'
import { listObjects, listObjectsV2 } from './listing/list-objects.ts'
import { completeMultipartUpload } from './multipart/complete-multipart-upload.ts'
import { createMultipartUpload } from './multipart/create-multipart-upload.ts'
import { abortMultipartUpload, listMultipartUploads, listParts } from './multipart/upload-lists.ts'
import { uploadPart, uploadPartCopy } from './multipart/upload-part.ts'
import { copyObject } from './object/copy-object.ts'
import { deleteObject, deleteObjects } from './object/delete-object.ts'
import { getObject, headObject } from './object/get-object.ts'
import { getObjectAcl, putObjectAcl } from './object/object-acl.ts'
import { getObjectAttributes } from './object/object-attributes.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object/object-tagging.ts'
import { putObject } from './object/put-object.ts'

/** Every S3 call that is built. */
export const s3Operations: readonly Operation[] = [
  createBucket,
  headBucket,
  listBuckets,
  deleteBucket,
  getBucketLocation,
  putBucketPolicy,
  getBucketPolicy,
  getBucketPolicyStatus,
  deleteBucketPolicy,
  putPublicAccessBlock,
  getPublicAccessBlock,
  deletePublicAccessBlock,
  putBucketOwnershipControls,
  getBucketOwnershipControls,
  deleteBucketOwnershipControls,
  putBucketAcl,
  getBucketAcl,
  putBucketTagging,
  getBucketTagging,
  deleteBucketTagging,
  putBucketVersioning,
  getBucketVersioning,
  putBucketEncryption,
  getBucketEncryption,
  deleteBucketEncryption,
  putBucketLifecycleConfiguration,
  getBucketLifecycleConfiguration,
  deleteBucketLifecycle,
  getObjectLockConfiguration,
  ...readOnlyConfigurations,
  putObject,
  getObject,
  headObject,
  getObjectAttributes,
  copyObject,
  deleteObject,
  deleteObjects,
  putObjectAcl,
  getObjectAcl,
  putObjectTagging,
  getObjectTagging,
  deleteObjectTagging,
  listObjectsV2,
  listObjects,
  listObjectVersions,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
  completeMultipartUpload,
  abortMultipartUpload,
  listParts,
  listMultipartUploads,
]
