import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppendFile } from './durable/append-file.ts'
import { encodeRecord, openRecord, readRecordHead } from './durable/record.ts'
import { StorageError } from './durable/storage-error.ts'
import { type SmallBlobs, smallBlobLimit } from './small-blobs.ts'

interface Pack {
  readonly number: number
  readonly file: AppendFile
  /** Bytes of blobs that were not deleted. */
  live: number
}

interface Place {
  readonly pack: Pack
  readonly start: number
  /** Bytes of the record. */
  readonly size: number
}

const packName = /^packed-(\d+)$/
const idSize = 33
const defaultPackSize = 16 * 1024 * 1024

/**
 * Small blobs that outlive the process, one behind the other in a few files. A file that is full is removed when all in it
 * are deleted, and before that when little is left, which then moves. Deletions are in no file: whoever opens it again says
 * which blobs still count. Throws a StorageError when a file is damaged.
 */
export class PackedBlobs implements SmallBlobs {
  readonly #directory: string
  readonly #packSize: number
  readonly #packs = new Set<Pack>()
  readonly #places = new Map<string, Place>()
  readonly #isForGood: boolean
  #active: Pack | undefined
  #isSynced = true

  constructor(directory: string, outlives: 'process' | 'machine', packSize = defaultPackSize) {
    this.#directory = directory
    this.#isForGood = outlives === 'machine'
    this.#packSize = packSize
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const numbers = readdirSync(directory).flatMap((name) => {
      const [, number] = packName.exec(name) ?? []
      return number === undefined ? [] : [Number(number)]
    })
    for (const number of numbers.sort((a, b) => a - b)) this.#load(number)
  }

  ids(): Iterable<string> {
    return this.#places.keys()
  }

  keep(id: string, bytes: Uint8Array): boolean {
    if (bytes.length > smallBlobLimit) return false
    const payload = Buffer.allocUnsafe(idSize + bytes.length)
    payload.write(id, 'latin1')
    payload.set(bytes, idSize)
    this.#append(id, encodeRecord(payload))
    return true
  }

  get(id: string): Buffer | undefined {
    const place = this.#places.get(id)
    if (place === undefined) return undefined
    const payload = openRecord(place.pack.file.read(place.start, place.size))
    if (payload !== undefined) return payload.subarray(idSize)
    const message = `\`${place.pack.file.path}\` is damaged at byte ${place.start}`
    throw new StorageError('damaged', message)
  }

  delete(id: string): boolean {
    const place = this.#places.get(id)
    if (place === undefined) return false
    this.#places.delete(id)
    place.pack.live -= place.size
    this.#tidy(place.pack)
    return true
  }

  /** Deletes what is not in `kept`. */
  retain(kept: ReadonlySet<string>): void {
    for (const [id, { pack, size }] of this.#places) {
      if (kept.has(id)) continue
      this.#places.delete(id)
      pack.live -= size
    }
    for (const pack of this.#packs) this.#tidy(pack)
  }

  /** Makes what was kept outlive the machine, where that was asked for. */
  sync(): void {
    if (this.#isSynced) return
    this.#active?.file.sync()
    this.#isSynced = true
  }

  close(): void {
    for (const { file } of this.#packs) file.close()
  }

  #path(number: number): string {
    return join(this.#directory, `packed-${number}`)
  }

  #load(number: number): void {
    const path = this.#path(number)
    const content = readFileSync(path)
    const found: (readonly [string, number, number])[] = []
    let end = 0
    for (;;) {
      const reading = readRecordHead(content, end)
      // What was being written when the process ended is not spoken of anywhere.
      if (reading.kind === 'end' || reading.kind === 'torn') break
      if (reading.kind === 'damaged')
        throw new StorageError(
          'damaged',
          `\`${path}\` is damaged at byte ${end}: bring it back from a copy; nothing was changed`,
        )
      const id = reading.payload.toString('latin1', 0, idSize)
      found.push([id, end, reading.next - end])
      end = reading.next
    }
    const pack: Pack = { number, file: new AppendFile(path, end), live: 0 }
    this.#packs.add(pack)
    this.#active = pack
    for (const [id, start, size] of found) this.#place(id, { pack, start, size })
  }

  #place(id: string, place: Place): void {
    const before = this.#places.get(id)
    if (before !== undefined) before.pack.live -= before.size
    this.#places.set(id, place)
    place.pack.live += place.size
  }

  #append(id: string, record: Buffer): void {
    const pack = this.#packFor(record.length)
    this.#isSynced = !this.#isForGood
    const start = pack.file.append(record)
    this.#place(id, { pack, start, size: record.length })
  }

  #packFor(size: number): Pack {
    const active = this.#active
    if (active !== undefined && active.file.size + size <= this.#packSize) return active
    this.sync()
    const number = (active?.number ?? 0) + 1
    const pack: Pack = { number, file: new AppendFile(this.#path(number), 0), live: 0 }
    this.#packs.add(pack)
    this.#active = pack
    return pack
  }

  /** Removes a full file of which little counts. */
  #tidy(pack: Pack): void {
    if (pack === this.#active || pack.live > pack.file.size / 4) return
    for (const [id, place] of pack.live === 0 ? [] : this.#places) {
      if (place.pack === pack) this.#append(id, pack.file.read(place.start, place.size))
    }
    this.sync()
    this.#packs.delete(pack)
    pack.file.close()
    rmSync(pack.file.path, { force: true })
  }
}
