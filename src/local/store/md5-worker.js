// The thread behind `Md5Thread`, in plain JavaScript since a thread loads its file as it is. A message brings a batch of a
// stream's bytes, which goes back when it has been taken in, asks for the hash, or ends the stream.
import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

const hashes = new Map()

parentPort.on('message', ({ id, batch, size, isLast }) => {
  if (batch === undefined) {
    if (isLast) parentPort.postMessage({ id, md5: hashes.get(id).digest('hex') })
    else hashes.delete(id)
    return
  }
  const hash = hashes.get(id) ?? createHash('md5')
  hashes.set(id, hash)
  hash.update(new Uint8Array(batch, 0, size))
  parentPort.postMessage({ id, batch }, [batch])
})
