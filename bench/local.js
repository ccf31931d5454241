import { load, send } from './load.js'
import { alternate, median, pairedRatio, percentile, summarize } from './measure.js'
import { readiness } from './readiness.js'
import { startServer } from './server-process.js'
import { createSigner, form, formType } from './sign.js'

export const title = 'the embedded AWS against a bare node:http server that answers as many bytes'

const base = 'bare node:http'
const region = 'us-east-1'
const caller = { id: '111111111111', users: [administrator()] }
const target = { id: '222222222222', users: [administrator()] }
const bucket = 'benchmarks'
const roleArn = `arn:aws:iam::${target.id}:role/benchmark`
const poolSize = 256

export async function run(settings) {
  const rows = [...(await readiness(settings))]
  for (const operation of operations) rows.push(...(await measureOperation(operation, settings)))
  return rows
}

/** Every operation on a server of its own, so that none works in what another left behind. */
async function measureOperation(operation, settings) {
  const aws = await startServer('embedded', { seed: { accounts: [caller, target] } })
  try {
    const clients = createClients(aws)
    await prepare(aws, clients)
    const next = await operation.requests(clients, aws, settings)
    const { head, body } = await send(aws.port, await next.one())
    const bare = await startServer('bare', { head: headersOf(head), body: body.toString('base64') })
    try {
      const cases = [1, 8].flatMap((connections) => [
        { name: `aws ${connections}`, sample: sampler(aws, connections, next) },
        { name: `bare ${connections}`, sample: sampler(bare, connections, next) },
      ])
      const samples = await alternate(cases, settings)
      const { residentMiB } = await aws.ask({ usage: true })
      return [1, 8].map((connections) => rowOf(operation, { connections, samples, residentMiB }))
    } finally {
      await bare.stop()
    }
  } finally {
    await aws.stop()
  }
}

function sampler(server, connections, next) {
  return async (seconds) => {
    await next.prepare?.(seconds)
    const before = await server.ask({ usage: true })
    const result = await load({ port: server.port, connections, seconds, next: next.some })
    const after = await server.ask({ usage: true })
    const calls = result.latenciesMs.length
    return { ...result, processorMs: (after.processorMs - before.processorMs) / calls }
  }
}

function rowOf({ name, aim }, { connections, samples, residentMiB }) {
  const ours = samples.get(`aws ${connections}`)
  const bare = samples.get(`bare ${connections}`)
  const rates = ours.map(({ rate }) => rate)
  const latencies = ours.flatMap(({ latenciesMs }) => latenciesMs)
  const costs = ours.map(({ processorMs }) => processorMs)
  return {
    name: `${name}, ${connections === 1 ? '1 connection' : `${connections} connections`}`,
    unit: '/s',
    ...summarize(rates),
    ratio: {
      [base]: pairedRatio(
        rates,
        bare.map(({ rate }) => rate),
      ),
      // The same, by what the server's process used: other processes on the machine do not count.
      [`${base} by processor time`]: pairedRatio(
        bare.map(({ processorMs }) => processorMs),
        costs,
      ),
    },
    also: {
      p50: ms(percentile(latencies, 0.5)),
      p99: ms(percentile(latencies, 0.99)),
      processor: ms(median(costs)),
      ...(connections === 8 ? { memory: `${Math.round(residentMiB)} MiB` } : {}),
    },
    ...(connections === 8 && aim !== undefined ? { target: aim } : {}),
  }
}

const operations = [
  {
    name: 'AssumeRole',
    aim: '0.3 × bare node:http',
    requests: ({ sts }) =>
      pool((i) =>
        sts({
          Action: 'AssumeRole',
          Version: '2011-06-15',
          RoleArn: roleArn,
          RoleSessionName: `session-${i}`,
        }),
      ),
  },
  {
    name: 'GetCallerIdentity',
    requests: ({ sts }) => pool(() => sts({ Action: 'GetCallerIdentity', Version: '2011-06-15' })),
  },
  { name: 'CreateRole', requests: createRoleRequests },
  {
    name: 'PutObject 1 KiB',
    requests: ({ s3 }) =>
      pool((i) => s3({ method: 'PUT', path: `/${bucket}/put-${i}`, body: kibibyte(i) })),
  },
  {
    name: 'GetObject 1 KiB',
    requests: async ({ s3 }, { port }) => {
      for (let i = 0; i < poolSize; i += 1) {
        await send(port, s3({ method: 'PUT', path: `/${bucket}/get-${i}`, body: kibibyte(i) }))
      }
      return pool((i) => s3({ method: 'GET', path: `/${bucket}/get-${i}` }))
    },
  },
]

/** Signed beforehand, and sent over and over. */
function pool(make) {
  const requests = Array.from({ length: poolSize }, (_, i) => make(i))
  let at = 0
  const some = () => {
    at = (at + 1) % poolSize
    return requests[at]
  }
  return { one: some, some }
}

const rolesPerAccount = 1_000

/** Every role needs a new name, and after a thousand of them a new account. */
function createRoleRequests(_clients, aws) {
  const created = { accounts: 0, roles: 0, latest: 0, signers: [] }
  const addAccount = async () => {
    created.accounts += 1
    const id = String(300_000_000_000 + created.accounts)
    const keys = await aws.ask({ addAccount: { id, users: [administrator()] } })
    created.signers.push({ left: rolesPerAccount, sign: queryCall(aws, 'iam', keys) })
  }
  const some = () => {
    const signer = created.signers[0]
    if (signer === undefined) throw new Error('no account has room for another role')
    signer.left -= 1
    if (signer.left === 0) created.signers.shift()
    created.roles += 1
    return signer.sign({
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: `role-${created.roles}`,
      AssumeRolePolicyDocument: trust,
    })
  }
  const prepare = async (seconds) => {
    // Room for twice what the latest second held, and for 20,000 in the first.
    const used = created.roles - created.latest
    created.latest = created.roles
    const wanted = Math.max(2 * used, 20_000 * seconds) + rolesPerAccount
    while (created.signers.length * rolesPerAccount < wanted) await addAccount()
  }
  return {
    one: async () => {
      await prepare(0.1)
      return some()
    },
    some,
    prepare,
  }
}

function createClients(aws) {
  const [callerKeys, targetKeys] = aws.keys
  return {
    sts: queryCall(aws, 'sts', callerKeys),
    iam: queryCall(aws, 'iam', targetKeys),
    s3: createSigner({ ...signing(aws, callerKeys), service: 's3' }),
  }
}

function queryCall(aws, service, keys) {
  const sign = createSigner({ ...signing(aws, keys), service })
  return (parameters) =>
    sign({ method: 'POST', path: '/', headers: formType, body: form(parameters) })
}

function signing(aws, keys) {
  return { host: `127.0.0.1:${aws.port}`, region, keys, nowMs: Date.now() }
}

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${caller.id}:root` },
      Action: 'sts:AssumeRole',
    },
  ],
})

async function prepare(aws, { iam, s3 }) {
  const role = { RoleName: 'benchmark', AssumeRolePolicyDocument: trust }
  await send(aws.port, iam({ Action: 'CreateRole', Version: '2010-05-08', ...role }))
  await send(aws.port, s3({ method: 'PUT', path: `/${bucket}` }))
}

function administrator() {
  return {
    name: 'administrator',
    managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  }
}

function kibibyte(i) {
  return Buffer.alloc(1024, i)
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
