import type { Bucket } from '../bucket/bucket.ts'
import { renderExpiration } from '../bucket/expiration.ts'
import { renderEncryption } from '../encryption/object-encryption.ts'
import { shownTime } from '../shown-time.ts'
import type { ObjectVersion, StoredObject } from './stored-object.ts'
import { noVersionId } from './version-id.ts'

/** The id of a version that was just written; AWS says none where versioning is suspended. */
export function renderNewVersionId(version: ObjectVersion): object {
  return version.versionId === noVersionId ? {} : { VersionId: version.versionId }
}

/** The version's id, where the bucket has or had versioning. */
export function renderVersionId(bucket: Bucket, version: ObjectVersion): object {
  return bucket.versioning === undefined ? {} : { VersionId: version.versionId }
}

/** What GetObject and HeadObject say of an object, whatever part of it they answer. */
export function renderObjectHead(bucket: Bucket, object: StoredObject): object {
  return {
    AcceptRanges: 'bytes',
    LastModified: shownTime(object.lastModifiedMs),
    ETag: `"${object.etag}"`,
    ...renderEncryption(object.encryption),
    Metadata: object.metadata,
    ...object.headers,
    ...renderVersionId(bucket, object),
    ...renderExpiration(bucket, object),
    // AWS: STANDARD is not said.
    ...(object.storageClass === 'STANDARD' ? {} : { StorageClass: object.storageClass }),
  }
}
