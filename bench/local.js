import { bulk } from './bulk.js'
import { load, send } from './load.js'
import { createClients, operations, prepare, seed } from './local-requests.js'
import { alternate, median, pairedRatio, percentile, summarize } from './measure.js'
import { startMoto } from './moto.js'
import { readiness } from './readiness.js'
import { startServer } from './server-process.js'

export const title = 'the embedded AWS against a bare node:http server that answers as many bytes'

const base = 'bare node:http'
const connectionCounts = [1, 8, 64]

export async function run(settings) {
  const rows = [...(await readiness(settings))]
  for (const operation of operations) rows.push(...(await measureOperation(operation, settings)))
  return [...rows, ...(await bulk(settings))]
}

/** Every operation on servers of its own, so that none works in what another left behind. */
async function measureOperation(operation, settings) {
  const servers = []
  try {
    const aws = await startServer('embedded', { seed })
    servers.push({ kind: 'aws', server: aws })
    const next = await requestsOf(operation, aws)
    servers[0].next = next
    const { head, body } = await send(aws.port, await next())
    const answer = { head: headersOf(head), body: body.toString('base64') }
    const bare = await startServer('bare', answer)
    // It creates nothing, so that nothing it is asked for ever runs out.
    const same = operation.requests({ ...createClients(aws) }, { ...aws, addAccount: undefined })
    servers.push({ kind: 'bare', server: bare, next: await same })
    const moto = settings.isSmall ? { about: '' } : await startReference(operation)
    if (moto.server !== undefined) servers.push({ kind: 'moto', ...moto, mayFail: true })
    const cases = connectionCounts.flatMap((connections) =>
      servers.map(({ kind, ...one }) => ({
        name: `${kind} ${connections}`,
        sample: sampler(one, connections),
      })),
    )
    const samples = await alternate(cases, settings)
    const { residentMiB } = await aws.ask({ usage: true })
    const about = { samples, residentMiB, aboutMoto: moto.about }
    return connectionCounts.map((connections) => rowOf(operation, { ...about, connections }))
  } finally {
    for (const { server } of servers) await server.stop()
  }
}

/** moto, ready for the operation's requests, or in `about` why not. That it fails is no failure of this benchmark. */
async function startReference(operation) {
  const server = await startMoto()
  if (server === undefined) return { about: 'is not on this machine' }
  try {
    return { server, next: await requestsOf(operation, server), about: '' }
  } catch (error) {
    await server.stop()
    return { about: `could not be prepared (${firstLine(error.message)})` }
  }
}

function firstLine(text) {
  return text.split(/\r?\n/, 1)[0]
}

async function requestsOf(operation, server) {
  const clients = createClients(server)
  await prepare(server, clients)
  return await operation.requests(clients, server)
}

function sampler({ server, next, mayFail }, connections) {
  return async (seconds) => {
    const before = await server.ask({ usage: true })
    const result = await load({ port: server.port, connections, seconds, next, mayFail })
    const after = await server.ask({ usage: true })
    const calls = result.latenciesMs.length
    return { ...result, processorMs: (after.processorMs - before.processorMs) / calls }
  }
}

function rowOf({ name, aim }, { connections, samples, residentMiB, aboutMoto }) {
  const ours = samples.get(`aws ${connections}`)
  const bare = samples.get(`bare ${connections}`)
  const moto = samples.get(`moto ${connections}`)
  const latencies = ours.flatMap(({ latenciesMs }) => latenciesMs)
  const costs = ours.map(({ processorMs }) => processorMs)
  return {
    name: `${name}, ${connections === 1 ? '1 connection' : `${connections} connections`}`,
    unit: '/s',
    ...summarize(ratesOf(ours)),
    ratio: {
      [base]: pairedRatio(ratesOf(ours), ratesOf(bare)),
      // The same, by what the server's process used: other processes on the machine do not count.
      [`${base} by processor time`]: pairedRatio(
        bare.map(({ processorMs }) => processorMs),
        costs,
      ),
      ...(moto === undefined ? {} : { moto: pairedRatio(ratesOf(ours), ratesOf(moto)) }),
    },
    also: {
      p50: ms(percentile(latencies, 0.5)),
      p99: ms(percentile(latencies, 0.99)),
      processor: ms(median(costs)),
      ...(connections === 8 ? { memory: `${Math.round(residentMiB)} MiB` } : {}),
      ...(moto === undefined && aboutMoto !== '' ? { moto: aboutMoto } : {}),
      ...failed(moto),
    },
    ...(connections === 8 && aim !== undefined ? { target: aim } : {}),
  }
}

/** How many of a reference's calls failed, where any did: its rate is of the others. */
function failed(samples = []) {
  const failures = sum(samples.map((sample) => sample.failures))
  if (failures === 0) return {}
  const calls = failures + sum(samples.map(({ latenciesMs }) => latenciesMs.length))
  return { 'failed at moto': `${failures} of ${calls}` }
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}

function ratesOf(samples) {
  return samples.map(({ rate }) => rate)
}

/** The headers of an answer, but for those that a server makes itself. */
function headersOf(head) {
  const own = ['connection', 'keep-alive', 'date']
  const lines = head.split('\r\n').slice(1)
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf(':')),
    line.replace(/^[^:]*: */, ''),
  ])
  return Object.fromEntries(pairs.filter(([name]) => !own.includes(name.toLowerCase())))
}

function ms(value) {
  return `${value.toPrecision(2)} ms`
}
