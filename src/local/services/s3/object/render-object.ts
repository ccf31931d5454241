import type { Bucket } from '../bucket/bucket.ts'
import type { ObjectVersion, StoredObject } from './stored-object.ts'

/** The version's id, where the bucket has or had versioning. */
export function renderVersionId(bucket: Bucket, version: ObjectVersion): object {
  return bucket.versioning === undefined ? {} : { VersionId: version.versionId }
}

/** What GetObject and HeadObject say of an object, whatever part of it they answer. */
export function renderObjectHead(bucket: Bucket, object: StoredObject): object {
  return {
    AcceptRanges: 'bytes',
    LastModified: new Date(Math.floor(object.lastModifiedMs / 1000) * 1000),
    ETag: `"${object.etag}"`,
    ServerSideEncryption: 'AES256',
    Metadata: object.metadata,
    ...object.headers,
    ...renderVersionId(bucket, object),
    // AWS: STANDARD is not said.
    ...(object.storageClass === 'STANDARD' ? {} : { StorageClass: object.storageClass }),
  }
}
