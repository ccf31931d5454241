import type { Call } from '../../../operation.ts'
import type { Store, Table } from '../../../store/store.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import type { DeleteMarker, KeyRecord, ObjectVersion, StoredObject } from './stored-object.ts'
import { isVersionId, newVersionId, noVersionId } from './version-id.ts'

export function objectsOf(store: Store, bucketName: string): Table<KeyRecord> {
  return store.table('s3.objects', bucketName)
}

export function hasObjects(store: Store, bucketName: string): boolean {
  return objectsOf(store, bucketName).size > 0
}

/** The version asked for, or the current one; undefined where there is none. */
export function findVersion(
  store: Store,
  place: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string },
): ObjectVersion | undefined {
  const versions = objectsOf(store, place.Bucket).get(place.Key)?.versions ?? []
  if (place.VersionId === undefined) return versions[0]
  return versions.find((version) => version.versionId === place.VersionId)
}

/** The current object of a key; undefined where there is none or it was deleted. */
export function findObject(
  store: Store,
  place: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string },
): StoredObject | undefined {
  const version = findVersion(store, place)
  return version?.kind === 'object' ? version : undefined
}

/** The object asked for; throws what S3 answers instead of one. `method` names the HTTP method in a refusal. */
export function requireObject(
  store: Store,
  place: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string },
  method = 'GET',
): StoredObject {
  const { Key, VersionId } = place
  const version = findVersion(store, place)
  if (version?.kind === 'object') return version
  if (version !== undefined && (VersionId !== undefined || method === 'PUT'))
    throw s3Error('MethodNotAllowed', { details: { Method: method, ResourceType: 'DeleteMarker' } })
  if (VersionId === undefined) throw s3Error('NoSuchKey', { details: { Key } })
  requireVersionId(VersionId)
  throw s3Error('NoSuchVersion', { details: { Key, VersionId } })
}

/** Throws on what can be no version id. */
export function requireVersionId(versionId: string): void {
  if (!isVersionId(versionId))
    throw invalidArgument('Invalid version id specified', 'versionId', versionId)
}

/** Adds a version as a bucket's versioning says: beside the others, or in place of the one without an id. */
export function addVersion(call: Call, bucket: Bucket, version: ObjectVersion): ObjectVersion {
  const table = objectsOf(call.store, bucket.name)
  const before = table.get(version.key)?.versions ?? []
  const newest = before.find((old) => old.versionId !== noVersionId)?.versionId
  const versionId = bucket.versioning === 'Enabled' ? newVersionId(call, newest) : noVersionId
  const kept =
    versionId === noVersionId ? before.filter((old) => old.versionId !== noVersionId) : before
  const added = { ...version, versionId }
  table.set(version.key, { versions: [added, ...kept] })
  for (const old of before) if (!kept.includes(old)) discard(call, old)
  return added
}

/** Puts a changed version in the place of the one with the same id. */
export function replaceVersion(call: Call, bucketName: string, version: StoredObject): void {
  const table = objectsOf(call.store, bucketName)
  const versions = table.get(version.key)?.versions ?? []
  table.set(version.key, {
    versions: versions.map((old) => (old.versionId === version.versionId ? version : old)),
  })
}

/** Removes one version for good. */
export function removeVersion(call: Call, bucketName: string, version: ObjectVersion): void {
  const table = objectsOf(call.store, bucketName)
  const versions = table.get(version.key)?.versions ?? []
  const kept = versions.filter((old) => old.versionId !== version.versionId)
  if (kept.length === 0) table.delete(version.key)
  else table.set(version.key, { versions: kept })
  discard(call, version)
}

export function newDeleteMarker(call: Call, bucket: Bucket, key: string): DeleteMarker {
  return {
    kind: 'deleteMarker',
    key,
    versionId: 'null',
    lastModifiedMs: call.nowMs,
    ownerAccountId: bucket.ownerAccountId,
  }
}

function discard(call: Call, version: ObjectVersion): void {
  if (version.kind === 'object') call.blobs.delete(version.blobId)
}
