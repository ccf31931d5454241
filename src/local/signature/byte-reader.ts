/** Reads a stream of bytes in lines and pieces, holding no more than came at once. */
export interface ByteReader {
  /** The text before the next CRLF; undefined at the end of the stream or beyond `limit` bytes. */
  readonly readLine: (limit: number) => Promise<string | undefined>
  /** True when nothing is left to read, and nothing held. */
  readonly isAtEnd: () => Promise<boolean>
  /** At most `size` bytes, whatever is at hand; undefined at the end of the stream. */
  readonly readPiece: (size: number) => Promise<Buffer | undefined>
}

const crlf = '\r\n'

export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const input = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const pull = async (): Promise<boolean> => {
    const next = await input.next()
    if (next.done === true) return false
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }
  const take = (size: number): Buffer => {
    const taken = held.subarray(0, size)
    held = held.subarray(size)
    return taken
  }
  return {
    async readLine(limit) {
      let end = held.indexOf(crlf)
      while (end === -1 && held.length < limit + crlf.length) {
        if (!(await pull())) return undefined
        end = held.indexOf(crlf)
      }
      if (end === -1 || end > limit) return undefined
      const line = take(end).toString('latin1')
      take(crlf.length)
      return line
    },
    async isAtEnd() {
      while (held.length === 0) {
        if (!(await pull())) return true
      }
      return false
    },
    async readPiece(size) {
      while (held.length === 0) {
        if (!(await pull())) return undefined
      }
      return take(size)
    },
  }
}
