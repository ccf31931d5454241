import type { Call } from '../../../operation.ts'
import { compareKeys } from '../../../store/compare-keys.ts'
import { renderOwner } from '../acl/render-acl.ts'
import { ownerOf } from '../bucket/bucket.ts'
import { objectsOf } from '../object/object-table.ts'
import type { ObjectVersion } from '../object/stored-object.ts'
import { orderOf } from '../object/version-id.ts'
import { invalidArgument } from '../s3-error.ts'
import { bucketOperation } from '../s3-operation.ts'
import { shownTime } from '../shown-time.ts'
import {
  askToList,
  encoder,
  type ListInput,
  readLimit,
  renderList,
  renderListed,
  renderPrefixes,
} from './list-objects.ts'
import { listPage } from './list-page.ts'

interface Input extends ListInput {
  readonly KeyMarker?: string
  readonly VersionIdMarker?: string
}

interface Listed {
  readonly version: ObjectVersion
  readonly isLatest: boolean
}

/** Every version and delete marker, by key and, within a key, the newest first. */
export const listObjectVersions = bucketOperation<Input>({
  name: 'ListObjectVersions',
  authorize: (input, call, bucket) => [
    askToList(input, call, { bucket, action: 's3:ListBucketVersions' }),
  ],
  run(input, call, bucket) {
    if (input.VersionIdMarker !== undefined && input.KeyMarker === undefined)
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        input.VersionIdMarker,
      )
    const encode = encoder(input)
    const page = pageOf(input, call)
    const last = page.entries.at(-1)?.[1].version
    const endsWithKey = page.next !== undefined && last !== undefined && page.next === last.key
    const render = ({ version, isLatest }: Listed): object => ({
      Key: encode(version.key),
      VersionId: version.versionId,
      IsLatest: isLatest,
      Owner: renderOwner(ownerOf(bucket, version)),
      LastModified: shownTime(version.lastModifiedMs),
      ...(version.kind === 'object' ? renderListed(version) : {}),
    })
    const listed = page.entries.map(([, entry]) => entry)
    const versions = listed.filter(({ version }) => version.kind === 'object')
    const markers = listed.filter(({ version }) => version.kind === 'deleteMarker')
    return {
      ...renderList(input, bucket, encode),
      KeyMarker: encode(input.KeyMarker ?? ''),
      VersionIdMarker: input.VersionIdMarker ?? '',
      IsTruncated: page.next !== undefined,
      ...(page.next === undefined ? {} : { NextKeyMarker: encode(page.next) }),
      ...(endsWithKey ? { NextVersionIdMarker: last.versionId } : {}),
      ...(versions.length === 0 ? {} : { Versions: versions.map(render) }),
      ...(markers.length === 0 ? {} : { DeleteMarkers: markers.map(render) }),
      ...renderPrefixes(page.commonPrefixes, encode),
    }
  },
})

/** The same key comes once for each version, so what was listed is left out by hand, not by key. */
function pageOf(input: Input, call: Call): ReturnType<typeof listPage<Listed>> {
  const { KeyMarker: after = '', VersionIdMarker: versionId } = input
  const rest = [...allVersions(call, input.Bucket)]
  const marker = versionId || undefined
  const found = rest.findIndex(
    ([key, { version }]) => key === after && version.versionId === marker,
  )
  const resumeAt =
    marker === undefined || found >= 0 ? found + 1 : positionAfterGone(rest, after, marker)
  const isResumed = marker !== undefined && resumeAt >= 0
  return listPage(isResumed ? rest.slice(resumeAt) : rest, {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    after: isResumed ? '' : after,
    limit: readLimit(input),
  })
}

type Entry = readonly [string, Listed]

/** Where the list goes on after a version that is there no more: at the next older one of its key, or the next key. */
function positionAfterGone(entries: readonly Entry[], after: string, marker: string): number {
  const gone = orderOf(marker)
  if (gone === undefined) return -1
  return entries.findIndex(([key, { version }]) => {
    if (key !== after) return compareKeys(key, after) > 0
    const order = orderOf(version.versionId)
    return order === undefined || order < gone
  })
}

function* allVersions(call: Call, bucket: string): Iterable<readonly [string, Listed]> {
  for (const [key, record] of objectsOf(call.store, bucket).entries())
    for (const [index, version] of record.versions.entries())
      yield [key, { version, isLatest: index === 0 }]
}
