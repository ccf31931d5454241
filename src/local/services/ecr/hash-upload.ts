import { createHash } from 'node:crypto'
import type { LayerTools } from './layers.ts'
import type { RepositoryPlace } from './repository.ts'
import { type LayerUpload, uploadsOf } from './upload-table.ts'

/**
 * SHA-256 of all that was uploaded, in lower-case hexadecimal. Known of a single part; several are read again piece by
 * piece, and other calls go on meanwhile. Undefined where the upload ended before that was done.
 */
export async function hashUpload(
  tools: LayerTools,
  place: RepositoryPlace,
  { uploadId, parts }: LayerUpload,
): Promise<string | undefined> {
  const [only, ...others] = parts
  if (only !== undefined && others.length === 0) return only.sha256
  const hash = createHash('sha256')
  try {
    for (const part of parts)
      for await (const piece of tools.blobs.read(part.id)) hash.update(piece)
  } catch (error) {
    // An upload that is given up takes its parts along.
    if (uploadsOf(tools.store, place).get(uploadId) === undefined) return undefined
    throw error
  }
  return hash.digest('hex')
}
