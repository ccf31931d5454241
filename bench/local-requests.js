// The calls that `local` measures: who makes them, and their requests, signed.
import { send } from './load.js'
import { createSigner, form, formType } from './sign.js'

const region = 'us-east-1'
const caller = { id: '111111111111', users: [administrator()] }
const target = { id: '222222222222', users: [administrator()] }
const poolSize = 256

export const bucket = 'benchmarks'
export const seed = { accounts: [caller, target] }

/** What signs for each service at one server. */
export function createClients(server) {
  const [callerKeys, targetKeys] = server.keys
  return {
    sts: queryCall(server, 'sts', callerKeys),
    iam: queryCall(server, 'iam', targetKeys),
    s3: createSigner({ ...signing(server, callerKeys), service: 's3' }),
    ecr: jsonCall(server, 'AmazonEC2ContainerRegistry_V20150921', callerKeys),
  }
}

/** The role and the bucket that the calls are about. */
export async function prepare(server, { iam, s3 }) {
  const role = { RoleName: 'benchmark', AssumeRolePolicyDocument: trust }
  await send(server.port, iam({ Action: 'CreateRole', Version: '2010-05-08', ...role }))
  await send(server.port, s3({ method: 'PUT', path: `/${bucket}` }))
}

/** `requests` gives a function that gives the next request, or a promise of it. */
export const operations = [
  {
    name: 'AssumeRole',
    aim: '0.3 × bare node:http, 30 × moto',
    requests: ({ sts }) =>
      pool((i) =>
        sts({
          Action: 'AssumeRole',
          Version: '2011-06-15',
          RoleArn: `arn:aws:iam::${target.id}:role/benchmark`,
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
  return () => {
    at = (at + 1) % poolSize
    return requests[at]
  }
}

const rolesPerAccount = 1_000

/**
 * Every role needs a new name, and after a thousand of them a new account. How many a second holds is the machine's
 * affair, so accounts are added whenever one is full.
 */
function createRoleRequests(clients, server) {
  let accounts = 0
  let roles = 0
  let sign = clients.iam
  // The role that is there already takes one place, and the servers that ask nobody have no accounts to fill.
  let left = server.addAccount === undefined ? Number.POSITIVE_INFINITY : rolesPerAccount - 1
  const next = () => {
    left -= 1
    roles += 1
    return sign({
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: `role-${roles}`,
      AssumeRolePolicyDocument: trust,
    })
  }
  let adding
  const nextAccount = async () => {
    accounts += 1
    const id = String(300_000_000_000 + accounts)
    sign = queryCall(server, 'iam', await server.addAccount({ id, users: [administrator()] }))
    left = rolesPerAccount
    adding = undefined
  }
  const room = async () => {
    while (left === 0) {
      adding ??= nextAccount()
      await adding
    }
    return next()
  }
  return () => (left > 0 ? next() : room())
}

function queryCall(server, service, keys) {
  const sign = createSigner({ ...signing(server, keys), service })
  return (parameters) =>
    sign({ method: 'POST', path: '/', headers: formType, body: form(parameters) })
}

function jsonCall(server, target, keys) {
  const sign = createSigner({ ...signing(server, keys), service: 'ecr' })
  return (operation, input) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${target}.${operation}`,
    }
    return sign({ method: 'POST', path: '/', headers, body: JSON.stringify(input) })
  }
}

function signing(server, keys) {
  return { host: `127.0.0.1:${server.port}`, region, keys, nowMs: Date.now() }
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

function administrator() {
  return {
    name: 'administrator',
    managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  }
}

function kibibyte(i) {
  return Buffer.alloc(1024, i)
}
