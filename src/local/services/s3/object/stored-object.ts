import type { AccountId } from '../../../../core/index.ts'
import type { ChecksumAlgorithm } from '../../../store/checksum/checksum.ts'
import type { Acl } from '../acl/acl.ts'
import type { ObjectEncryption } from '../encryption/object-encryption.ts'
import type { Tag } from '../tags.ts'

/** All versions of one key, the newest first. A key without versions is not in the table. */
export interface KeyRecord {
  readonly versions: readonly ObjectVersion[]
}

export type ObjectVersion = StoredObject | DeleteMarker

interface Versioned {
  readonly key: string
  /** `null` for what was written while the bucket was not versioned. */
  readonly versionId: string
  readonly lastModifiedMs: number
  readonly ownerAccountId: AccountId
}

export interface DeleteMarker extends Versioned {
  readonly kind: 'deleteMarker'
}

export interface StoredObject extends Versioned {
  readonly kind: 'object'
  readonly blobId: string
  /** Bytes. */
  readonly size: number
  /** Without quotation marks. */
  readonly etag: string
  readonly checksum?: ObjectChecksum
  /** Of multipart uploads: what `partNumber` selects. */
  readonly parts?: readonly ObjectPart[]
  readonly headers: ContentHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: readonly Tag[]
  readonly acl: Acl
  readonly storageClass: string
  /** Absent: by S3's own keys. */
  readonly encryption?: ObjectEncryption
  readonly lock?: ObjectLock
}

/** AWS: what is archived must be restored before it is read. */
export function isArchived({ storageClass }: StoredObject): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE'
}

export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64. */
  readonly value: string
  /** `COMPOSITE`: a checksum of the parts' checksums. */
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
}

/** What keeps a version from being deleted. It is set with the object: changing it later is not built. */
export interface ObjectLock {
  readonly retention?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly untilMs: number }
  readonly legalHold?: 'ON' | 'OFF'
}

export interface ObjectPart {
  readonly partNumber: number
  /** Bytes. */
  readonly size: number
  readonly checksum?: string
}

/** The headers that S3 gives back as they were put, by their names in the API. */
export type ContentHeaders = Readonly<Partial<Record<ContentHeader, string>>>

export const contentHeaders = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
  'WebsiteRedirectLocation',
] as const
export type ContentHeader = (typeof contentHeaders)[number]
