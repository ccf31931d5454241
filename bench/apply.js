import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { STS } from '@aws-sdk/client-sts'
import { compileAccess, fileTagOf, parseAccessFile } from '../dist/access/index.js'
import { applyPlan, closeAll, connectAll, planChanges, readActual } from '../dist/cloud/index.js'
import { accountId, accountNames, oneGrant } from './access-files.js'
import { median, pairedRatio, summarize } from './measure.js'
import { startServer } from './server-process.js'

export const title =
  'one grant to many accounts of the embedded AWS, from signing in to the last change'

const scales = { small: [2, 4], full: [20, 100] }
const base = 'one call of the AWS SDK'

/** An apply cannot be cut short, so the time decides how often: three times a second's worth at the most. */
export async function run({ seconds, runs, isSmall }) {
  const sizes = scales[isSmall ? 'small' : 'full']
  const rounds = Math.max(1, Math.min(runs, Math.round(3 * seconds)))
  const samples = new Map([base, ...sizes.map(nameOf)].map((name) => [name, []]))
  await measureRound(sizes[0])
  for (let round = 0; round < rounds; round += 1) {
    const results = []
    for (const size of sizes) {
      const result = await measureRound(size)
      results.push(result.callMs)
      samples.get(nameOf(size)).push(result.applyMs / size)
    }
    samples.get(base).push(median(results))
  }
  return [
    rowOf(base, samples),
    ...sizes.map((size) => rowOf(nameOf(size), samples, { size, sizes })),
  ]
}

function nameOf(size) {
  return `per account, ${size} accounts`
}

function rowOf(name, samples, { size, sizes = [] } = {}) {
  const times = samples.get(name)
  const smaller = size === undefined || size === sizes[0] ? [] : [nameOf(sizes[0])]
  const bases = name === base ? [] : [base, ...smaller]
  return {
    name,
    unit: 'ms',
    ...summarize(times),
    ratio: Object.fromEntries(bases.map((one) => [one, pairedRatio(times, samples.get(one))])),
    also: size === undefined ? {} : { whole: `${((median(times) * size) / 1000).toFixed(2)} s` },
  }
}

/** New accounts every time: an apply to accounts that have it all makes no change. */
async function measureRound(size) {
  const names = ['hub', ...accountNames(size)]
  const accounts = names.map((_, i) => ({ id: accountId(i), users: [administrator] }))
  const server = await startServer('embedded', { seed: { accounts } })
  const home = await mkdtemp(join(tmpdir(), 'stile-bench-'))
  try {
    const environment = await writeProfiles(home, { names, server })
    const startMs = performance.now()
    await applyGrant(oneGrant(names.slice(1)), environment)
    const applyMs = performance.now() - startMs
    return { applyMs, callMs: await timeOfOneCall(server) }
  } finally {
    await rm(home, { recursive: true })
    await server.stop()
  }
}

const administrator = {
  name: 'administrator',
  managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
}

async function writeProfiles(home, { names, server }) {
  const sections = names.map((name, i) => {
    const { accessKeyId, secretAccessKey } = server.keys[i]
    return `[${name}-admin]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
  })
  const environment = {
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'eu-west-1',
  }
  await writeFile(environment.AWS_CONFIG_FILE, '')
  await writeFile(environment.AWS_SHARED_CREDENTIALS_FILE, sections.join('\n'), { mode: 0o600 })
  return environment
}

/** What `stile apply` does between reading its file and printing its report. */
async function applyGrant(text, environment) {
  const { access } = required(parseAccessFile([{ file: 'access.yaml', text }]))
  const { compilation } = required(compileAccess(access))
  const connections = await connectAll(access.accounts, { environment })
  try {
    const actual = await readActual(compilation, connections, { file: fileTagOf(access) })
    const plan = planChanges(compilation, actual, { nowMs: Date.now() })
    const outcome = await applyPlan(plan, connections)
    const isWhole = plan.blocked.length === 0 && plan.changes.length > access.accounts.length
    if (isWhole && outcome.kind === 'applied' && outcome.report.ok) return
    throw new Error(`not applied: ${JSON.stringify({ blocked: plan.blocked, outcome })}`)
  } finally {
    closeAll(connections)
  }
}

function required(outcome) {
  if (outcome.ok) return outcome
  throw new Error(JSON.stringify(outcome.problems, null, 2))
}

/** One call after the other, by the client that apply uses too. */
async function timeOfOneCall(server) {
  const [credentials] = server.keys
  const sts = new STS({ endpoint: server.url, region: 'eu-west-1', credentials })
  const times = []
  try {
    for (let i = 0; i < 50; i += 1) {
      const startMs = performance.now()
      await sts.getCallerIdentity({})
      times.push(performance.now() - startMs)
    }
  } finally {
    sts.destroy()
  }
  return median(times)
}
