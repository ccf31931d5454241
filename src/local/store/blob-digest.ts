import { createHash } from 'node:crypto'
import type { Blob } from './blob-store.ts'
import { type ChecksumAlgorithm, startChecksum } from './checksum/checksum.ts'

/** What is known of a blob once its bytes have gone by: size, SHA-256 and the checksums asked for; its MD5 comes from outside. */
export class BlobDigest {
  readonly #sha256 = createHash('sha256')
  readonly #checksums: readonly (readonly [ChecksumAlgorithm, ReturnType<typeof startChecksum>])[]
  #size = 0

  constructor(algorithms: readonly ChecksumAlgorithm[]) {
    this.#checksums = algorithms.map((algorithm) => [algorithm, startChecksum(algorithm)])
  }

  update(bytes: Uint8Array): void {
    this.#size += bytes.length
    this.#sha256.update(bytes)
    for (const [, checksum] of this.#checksums) checksum.update(bytes)
  }

  finish(id: string, md5: string): Blob {
    const facts = {
      id,
      size: this.#size,
      md5,
      sha256: this.#sha256.digest('hex'),
    }
    if (this.#checksums.length === 0) return facts
    const checksums = this.#checksums.map(([name, running]) => [name, running.digest()])
    return { ...facts, checksums: Object.fromEntries(checksums) }
  }
}
