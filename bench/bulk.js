// Objects and image layers too large for memory: what goes through, against a server that streams bodies to files.
import { createHash, randomBytes } from 'node:crypto'
import { send } from './load.js'
import { bucket, createClients, prepare, seed } from './local-requests.js'
import { median, pairedRatio, summarize } from './measure.js'
import { startServer } from './server-process.js'
import { download, upload } from './stream.js'

const base = 'bare node:http with files'
const connectionCounts = [1, 8, 64]
const mebibyte = 1024 ** 2

/** 1 GiB in all, over as many connections as the row says. */
export async function bulk({ runs, isSmall }) {
  const total = isSmall
    ? { size: mebibyte, name: '1 MiB' }
    : { size: 1024 * mebibyte, name: '1 GiB' }
  const rows = []
  for (const kind of kinds) rows.push(...(await measureKind(kind, { total, runs, isSmall })))
  return rows
}

async function measureKind(kind, { total, runs, isSmall }) {
  const servers = []
  try {
    const aws = await startServer('embedded', { seed })
    servers.push(aws)
    const files = await startServer('files', {})
    servers.push(files)
    await prepare(aws, createClients(aws))
    const rows = []
    for (const connections of connectionCounts) {
      const body = createBody(total.size / connections)
      const cases = [
        { server: aws, samples: [], ...(await kind.ours(aws, connections, body)) },
        { server: files, samples: [], ...(await kind.bare(files, connections, body)) },
      ]
      // Three are enough of what takes seconds.
      for (let round = 0; round < Math.min(runs, isSmall ? 1 : 3); round += 1) {
        for (const one of cases) one.samples.push(await sample(one, total.size))
      }
      const { mostMiB } = await aws.ask({ usage: true })
      rows.push(rowOf(`${kind.name(total.name)}, ${noun(connections)}`, { kind, cases, mostMiB }))
    }
    return rows
  } finally {
    for (const server of servers) await server.stop()
  }
}

async function sample({ server, before, transfers }, size) {
  await before?.()
  const used = await server.ask({ usage: true })
  const startMs = performance.now()
  await Promise.all(transfers.map((transfer) => transfer()))
  const seconds = (performance.now() - startMs) / 1000
  const { processorMs } = await server.ask({ usage: true })
  return { rate: size / mebibyte / seconds, processorMs: processorMs - used.processorMs }
}

function rowOf(name, { kind, cases, mostMiB }) {
  const [ours, bare] = cases.map(({ samples }) => samples)
  const of = (samples, what) => samples.map((one) => one[what])
  return {
    name,
    unit: 'MiB/s',
    ...summarize(of(ours, 'rate')),
    ratio: {
      [base]: pairedRatio(of(ours, 'rate'), of(bare, 'rate')),
      [`${base} by processor time`]: pairedRatio(of(bare, 'processorMs'), of(ours, 'processorMs')),
    },
    also: {
      processor: `${Math.round(median(of(ours, 'processorMs')))} ms`,
      'memory at most': `${Math.round(mostMiB)} MiB`,
    },
    target: kind.aim,
  }
}

const kinds = [
  {
    name: (size) => `PutObject ${size}`,
    aim: `0.4 × ${base}`,
    ours: (server, connections, body) => {
      const { s3 } = createClients(server)
      const put = (i) => s3({ method: 'PUT', path: `/${bucket}/large-${i}`, payload: body })
      return { transfers: times(connections, (i) => () => upload(server.port, put(i), body)) }
    },
    bare: bareUploads,
  },
  {
    name: (size) => `GetObject ${size}`,
    aim: `0.8 × ${base}`,
    ours: async (server, connections, body) => {
      const { s3 } = createClients(server)
      const path = (i) => `/${bucket}/large-${i}`
      for (let i = 0; i < connections; i += 1) {
        await upload(server.port, s3({ method: 'PUT', path: path(i), payload: body }), body)
      }
      const get = (i) => s3({ method: 'GET', path: path(i) })
      return { transfers: times(connections, (i) => () => download(server.port, get(i), body)) }
    },
    bare: async (server, connections, body) => {
      const request = (method, i, size) =>
        Buffer.from(`${method} /${i} HTTP/1.1\r\nhost: a\r\ncontent-length: ${size}\r\n\r\n`)
      for (let i = 0; i < connections; i += 1) {
        await upload(server.port, request('PUT', i, body.size), body)
      }
      const get = (i) => request('GET', i, 0)
      return { transfers: times(connections, (i) => () => download(server.port, get(i), body)) }
    },
  },
  {
    name: (size) => `ECR push of ${size}`,
    aim: undefined,
    ours: async (server, connections, body) => {
      const { ecr } = createClients(server)
      const { body: answer } = await send(server.port, ecr('GetAuthorizationToken', {}))
      const { authorizationToken } = JSON.parse(answer.toString()).authorizationData[0]
      const place = { server, authorization: `Basic ${authorizationToken}` }
      const names = []
      return {
        // A layer that a repository has is not taken in twice: each push goes to a new one.
        before: async () => {
          for (let i = 0; i < connections; i += 1) {
            names[i] = `layers/${randomBytes(8).toString('hex')}`
            await send(server.port, ecr('CreateRepository', { repositoryName: names[i] }))
          }
        },
        transfers: times(connections, (i) => () => push(place, names[i], body)),
      }
    },
    bare: bareUploads,
  },
]

function bareUploads(server, connections, body) {
  const put = (i) =>
    Buffer.from(`PUT /${i} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.size}\r\n\r\n`)
  return { transfers: times(connections, (i) => () => upload(server.port, put(i), body)) }
}

/** As clients of registries push a layer: begin, send, end. */
async function push({ server, authorization }, repository, body) {
  const request = (method, path, size = 0) =>
    Buffer.from(
      `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nauthorization: ${authorization}\r\ncontent-type: application/octet-stream\r\ncontent-length: ${size}\r\n\r\n`,
    )
  const registry = `/v2/${seed.accounts[0].id}/us-east-1/${repository}`
  const begun = await send(server.port, request('POST', `${registry}/blobs/uploads/`))
  const sent = await upload(server.port, request('PATCH', pathOf(begun), body.size), body)
  const end = `${pathOf(sent)}?digest=sha256:${body.sha256}`
  await send(server.port, request('PUT', end))
}

/** Where an upload goes on. */
function pathOf({ head }) {
  const location = /\r\nlocation: *(\S+)/i.exec(head)?.[1]
  if (location === undefined) throw new Error(`an answer without a location:\n${head}`)
  return location.replace(/^https?:\/\/[^/]*/, '')
}

/** `size` bytes, of which a piece is in memory. */
function createBody(size) {
  const piece = randomBytes(Math.min(size, mebibyte))
  const pieces = size / piece.length
  const hash = createHash('sha256')
  for (let i = 0; i < pieces; i += 1) hash.update(piece)
  return { size, piece, pieces, sha256: hash.digest('hex') }
}

function times(count, make) {
  return Array.from({ length: count }, (_, i) => make(i))
}

function noun(connections) {
  return connections === 1 ? '1 connection' : `${connections} connections`
}
