import { s3Error } from '../s3-error.ts'

/** A form as a browser posts it, read as far as its file. */
export interface PostedForm {
  /** By name in lower case. */
  readonly fields: ReadonlyMap<string, string>
  /** What the browser calls the file, without folders; absent where the file is a plain field. */
  readonly fileName: string | undefined
  /** The file's own bytes, read as they come. */
  readonly file: AsyncGenerator<Buffer>
}

/** Bytes of everything before the file, as AWS has it. */
const fieldsLimit = 20 * 1024
const partHeadLimit = 4 * 1024

/** The boundary that a `multipart/form-data` content type names. */
export function readBoundary(contentType: string): string {
  const [, quoted, plain] =
    /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw malformed()
  return boundary
}

/** Reads the fields of a form up to its file, which must come last: what follows it is not looked at. */
export async function readForm(body: AsyncIterable<Buffer>, boundary: string): Promise<PostedForm> {
  const source = createSource(body)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const fields = new Map<string, string>()
  let size = 0
  await source.until(delimiter, fieldsLimit)
  for (;;) {
    if ((await source.until(lineEnd, 2)).length > 0)
      throw s3Error('IncorrectNumberOfFilesInPostRequest')
    const head = (await source.until(headEnd, partHeadLimit)).toString('utf8')
    const { name, fileName } = readDisposition(head)
    if (name === 'file') return { fields, fileName, file: source.stream(delimiter) }
    const value = await source.until(delimiter, fieldsLimit)
    size += head.length + value.length
    if (size > fieldsLimit) throw s3Error('MaxPostPreDataLengthExceededError')
    if (fields.has(name)) throw malformed()
    fields.set(name, value.toString('utf8'))
  }
}

const lineEnd = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')

function readDisposition(head: string): {
  readonly name: string
  readonly fileName: string | undefined
} {
  const line = head.split('\r\n').find((one) => /^content-disposition:\s*form-data/i.test(one))
  const [, name] = /[;\s]name="([^"]*)"/i.exec(line ?? '') ?? []
  if (name === undefined || name === '') throw malformed()
  const [, fileName] = /[;\s]filename="([^"]*)"/i.exec(line ?? '') ?? []
  return { name: name.toLowerCase(), fileName: fileName?.replace(/^.*[/\\]/, '') }
}

interface Source {
  /** The bytes before the delimiter, which is passed over. */
  readonly until: (delimiter: Buffer, limit: number) => Promise<Buffer>
  /** The same piece by piece, however long; what comes after is read and dropped. */
  readonly stream: (delimiter: Buffer) => AsyncGenerator<Buffer>
}

function createSource(body: AsyncIterable<Buffer>): Source {
  const pieces = body[Symbol.asyncIterator]()
  // The first delimiter has no line before it.
  let pending: Buffer = Buffer.from('\r\n')
  const more = async (): Promise<void> => {
    const next = await pieces.next()
    if (next.done === true) throw malformed()
    pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value])
  }
  return {
    async until(delimiter, limit) {
      for (;;) {
        const at = pending.indexOf(delimiter)
        if (at > limit || (at < 0 && pending.length > limit + delimiter.length))
          throw s3Error('MaxPostPreDataLengthExceededError')
        if (at >= 0) {
          const found = pending.subarray(0, at)
          pending = pending.subarray(at + delimiter.length)
          return found
        }
        await more()
      }
    },
    async *stream(delimiter) {
      for (;;) {
        const at = pending.indexOf(delimiter)
        const end = at < 0 ? Math.max(pending.length - delimiter.length + 1, 0) : at
        if (end > 0) yield pending.subarray(0, end)
        pending = pending.subarray(end)
        if (at >= 0) break
        await more()
      }
      for (let rest = await pieces.next(); rest.done !== true; rest = await pieces.next());
    },
  }
}

function malformed(): Error {
  return s3Error('MalformedPOSTRequest')
}
