// Bodies that are longer than memory, sent and read over connections of their own.
import { once } from 'node:events'
import { answer, open } from './load.js'

/** Sends a request's head and its body, piece by piece; gives the answer. */
export async function upload(port, head, { piece, pieces }) {
  const connection = await open(port)
  try {
    const answered = answer(connection)
    // A server that refuses a body does not read it: then nobody waits for room any more.
    answered.catch(() => undefined)
    connection.socket.write(head)
    for (let i = 0; i < pieces; i += 1) {
      const hasRoom = connection.socket.write(piece)
      if (!hasRoom) await Promise.race([once(connection.socket, 'drain'), answered])
    }
    return await answered
  } finally {
    connection.socket.destroy()
  }
}

/** Reads an answer and forgets it; throws when its body is not of `size` bytes. */
export async function download(port, request, { size }) {
  const { socket } = await open(port, { isRaw: true })
  try {
    socket.write(request)
    let head = Buffer.alloc(0)
    let left
    for await (const chunk of socket) {
      if (left === undefined) {
        head = Buffer.concat([head, chunk])
        left = bytesLeft(head, size)
      } else left -= chunk.length
      if (left === 0) return
    }
    throw new Error('the server closed the connection')
  } finally {
    socket.destroy()
  }
}

/** What is missing of the body; undefined while the head is. */
function bytesLeft(received, size) {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.latin1Slice(0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (!head.startsWith('HTTP/1.1 200') || Number(length) !== size) throw new Error(head)
  return size - (received.length - end - 4)
}
