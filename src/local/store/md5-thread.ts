import { hash } from 'node:crypto'
import { Worker } from 'node:worker_threads'

const batchBytes = 256 * 1024
/** Batches of one stream that wait for the thread at most: memory stays flat. */
const batchesAhead = 3

/**
 * MD5 of long streams, on a thread of its own: half of what an upload costs is this one hash, and nothing waits for it but
 * the answer. The thread starts with the first stream of more than one batch, keeps no process alive and ends with `stop`.
 */
export class Md5Thread {
  #worker: Worker | undefined
  readonly #streams = new Map<number, Md5Stream>()
  #latest = 0

  /** `stop` it in any case. */
  start(): Md5Stream {
    const id = ++this.#latest
    return new Md5Stream({
      open: (stream) => {
        this.#streams.set(id, stream)
        const worker = this.#running()
        return (message, batch) =>
          worker.postMessage({ ...message, id, batch }, batch === undefined ? [] : [batch])
      },
      close: () => this.#streams.delete(id),
    })
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate()
  }

  #running(): Worker {
    this.#worker ??= this.#launch()
    return this.#worker
  }

  #launch(): Worker {
    const worker = new Worker(new URL('./md5-worker.js', import.meta.url), { execArgv: [] })
    worker.unref()
    worker.on('message', ({ id, ...answer }: Answer & { readonly id: number }) => {
      this.#streams.get(id)?.hear(answer)
    })
    // What it had of the streams is lost: they fail, and the next one gets a thread of its own.
    const fail = (error: Error): void => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      for (const stream of this.#streams.values()) stream.fail(error)
    }
    worker.on('error', fail)
    worker.on('exit', () => fail(new Error('the thread that computes MD5 has ended')))
    return worker
  }
}

interface Answer {
  /** One that was taken in. */
  readonly batch?: ArrayBuffer
  /** Lower-case hexadecimal. */
  readonly md5?: string
}

type Send = (
  message: { readonly size?: number; readonly isLast?: true },
  batch?: ArrayBuffer,
) => void

interface Connection {
  /** Once, before the first batch goes out. */
  readonly open: (stream: Md5Stream) => Send
  readonly close: () => void
}

/** The MD5 of one stream in the making; of less than a batch, no thread hears. */
class Md5Stream {
  readonly #connection: Connection
  #send: Send | undefined
  #batch = Buffer.alloc(0)
  #size = 0
  #ahead = 0
  #spare: ArrayBuffer | undefined
  #md5: string | undefined
  #error: Error | undefined
  #wake: () => void = () => undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Resolves when there is room for more. The bytes may change afterwards. Throws when the thread ended. */
  update(bytes: Uint8Array): Promise<void> | undefined {
    for (let at = 0; at < bytes.length; ) {
      if (this.#size === this.#batch.length) this.#nextBatch()
      const taken = Math.min(bytes.length - at, this.#batch.length - this.#size)
      this.#batch.set(bytes.subarray(at, at + taken), this.#size)
      this.#size += taken
      at += taken
    }
    if (this.#ahead < batchesAhead) return undefined
    return this.#until(() => this.#ahead < batchesAhead)
  }

  /** Lower-case hexadecimal. Throws when the thread ended. */
  async finish(): Promise<string> {
    if (this.#send === undefined) return hash('md5', this.#batch.subarray(0, this.#size))
    this.#sendBatch(this.#send)
    this.#send({ isLast: true })
    await this.#until(() => this.#md5 !== undefined)
    return this.#md5 ?? ''
  }

  /** Whether it was finished or came to nothing. */
  stop(): void {
    this.#send?.({})
    this.#connection.close()
  }

  hear({ batch, md5 }: Answer): void {
    if (batch !== undefined) this.#ahead -= 1
    this.#spare = batch
    this.#md5 = md5
    this.#wake()
  }

  fail(error: Error): void {
    this.#error = error
    this.#wake()
  }

  #nextBatch(): void {
    if (this.#size > 0) {
      this.#send ??= this.#connection.open(this)
      this.#sendBatch(this.#send)
    }
    // Memory of its own, which can be handed to a thread.
    this.#batch = Buffer.from(this.#spare ?? new ArrayBuffer(batchBytes))
    this.#spare = undefined
    this.#size = 0
  }

  #sendBatch(send: Send): void {
    if (this.#error !== undefined) throw this.#error
    const memory = this.#batch.buffer
    if (this.#size === 0 || !(memory instanceof ArrayBuffer)) return
    this.#ahead += 1
    send({ size: this.#size }, memory)
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#error !== undefined) throw this.#error
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
