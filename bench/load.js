// An HTTP client that costs next to nothing, so that the server is what is measured: requests are bytes made
// beforehand, connections stay open, and of an answer only its status and length are read.
import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * Sends one request after the other on each connection until the time is over; opens a new one where the server
 * closed it. `next()` gives a request's bytes, or a promise of them. Throws when an answer's status is not 2xx, and when
 * the connection breaks off; where `mayFail`, such calls are counted instead.
 */
export async function load({ port, connections, seconds, next, mayFail = false }) {
  const latenciesMs = []
  let failures = 0
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  const work = Array.from({ length: connections }, async () => {
    let connection = await open(port)
    try {
      do {
        const request = next()
        const bytes = Buffer.isBuffer(request) ? request : await request
        const sentMs = performance.now()
        try {
          if (connection.isOver) connection = await open(port)
          await exchange(connection, bytes)
          latenciesMs.push(performance.now() - sentMs)
        } catch (error) {
          if (!mayFail) throw error
          failures += 1
          connection.isOver ||= connection.socket.destroyed
        }
      } while (performance.now() < endMs)
    } finally {
      connection.socket.destroy()
    }
  })
  await Promise.all(work)
  const rate = (latenciesMs.length * 1000) / (performance.now() - startMs)
  return { rate, latenciesMs, failures }
}

/** One request, and its whole answer: `{ status, head, body }`. */
export async function send(port, request) {
  const connection = await open(port)
  try {
    return await exchange(connection, request)
  } finally {
    connection.socket.destroy()
  }
}

/** `isRaw`: whoever opened it reads what comes. */
export async function open(port, { isRaw = false } = {}) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const connection = { socket, pending: undefined, received: Buffer.alloc(0), isOver: false }
  if (isRaw) return connection
  socket.on('data', (chunk) => receive(connection, chunk))
  const fail = (error) =>
    connection.pending?.reject(error ?? new Error('the server closed the connection'))
  socket.on('error', fail)
  socket.on('close', () => fail())
  return connection
}

function exchange(connection, request) {
  const answered = answer(connection)
  connection.socket.write(request)
  return answered
}

/** The next answer that comes. */
export function answer(connection) {
  return new Promise((resolve, reject) => {
    connection.pending = { resolve, reject }
  })
}

function receive(connection, chunk) {
  const { received, pending } = connection
  const bytes = received.length === 0 ? chunk : Buffer.concat([received, chunk])
  const found = readAnswer(bytes)
  connection.received = found === undefined ? bytes : Buffer.alloc(0)
  if (found === undefined || pending === undefined) return
  connection.pending = undefined
  if (/\r\nconnection: *close/i.test(found.head)) {
    connection.isOver = true
    connection.socket.destroy()
  }
  if (found.status >= 200 && found.status < 300) pending.resolve(found)
  else pending.reject(new Error(`${found.head}\n${found.body}`))
}

function readAnswer(bytes) {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.latin1Slice(0, headEnd)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without content-length:\n${head}`)
  const end = headEnd + 4 + Number(length)
  if (bytes.length < end) return undefined
  return { status: Number(head.slice(9, 12)), head, body: bytes.subarray(headEnd + 4, end) }
}
