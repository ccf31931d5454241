// An HTTP client that costs next to nothing, so that the server is what is measured: requests are bytes made
// beforehand, connections stay open, and of an answer only its status and length are read.
import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * Sends one request after the other on each connection until the time is over.
 * `next()` gives a request's bytes. Throws when an answer's status is not 200.
 */
export async function load({ port, connections, seconds, next }) {
  const latenciesMs = []
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  const work = Array.from({ length: connections }, async () => {
    const connection = await open(port)
    try {
      do {
        const sentMs = performance.now()
        await exchange(connection, next())
        latenciesMs.push(performance.now() - sentMs)
      } while (performance.now() < endMs)
    } finally {
      connection.socket.destroy()
    }
  })
  await Promise.all(work)
  return { rate: (latenciesMs.length * 1000) / (performance.now() - startMs), latenciesMs }
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

async function open(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const connection = { socket, pending: undefined, received: Buffer.alloc(0) }
  socket.on('data', (chunk) => receive(connection, chunk))
  const fail = (error) =>
    connection.pending?.reject(error ?? new Error('the server closed the connection'))
  socket.on('error', fail)
  socket.on('close', () => fail())
  return connection
}

function exchange(connection, request) {
  return new Promise((resolve, reject) => {
    connection.pending = { resolve, reject }
    connection.socket.write(request)
  })
}

function receive(connection, chunk) {
  const { received, pending } = connection
  const bytes = received.length === 0 ? chunk : Buffer.concat([received, chunk])
  const answer = readAnswer(bytes)
  connection.received = answer === undefined ? bytes : Buffer.alloc(0)
  if (answer === undefined || pending === undefined) return
  connection.pending = undefined
  if (answer.status === 200) pending.resolve(answer)
  else pending.reject(new Error(`${answer.head}\n${answer.body}`))
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
