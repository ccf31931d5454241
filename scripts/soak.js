// Kills a server with a data directory at random instants while clients change things, starts it again, and checks that
// everything acknowledged is there and nothing is half applied:
//   node scripts/soak.js [--kills 1000] [--seed N] [--fill 10000] [--clients 6] [--library dist/local/index.js]
// Seeds repeat what clients do and when the kill comes; what the machine makes of it differs.
import { EventEmitter, once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createClient, createClients } from './soak/clients.js'
import { createRandom } from './soak/random.js'
import { startServer } from './soak/server.js'
import { bucket, createThings, repositoryOf } from './soak/things.js'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const text = { type: 'string' }
const { values } = parseArgs({
  options: { kills: text, seed: text, fill: text, clients: text, library: text },
})
const kills = Number(values.kills ?? 1000)
const seedNumber = Number(values.seed ?? Date.now() % 1_000_000)
const fill = Number(values.fill ?? 10_000)
const clientCount = Number(values.clients ?? 6)
const library = pathToFileURL(
  resolve(values.library ?? join(import.meta.dirname, '../dist/local/index.js')),
).href

const trustPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }],
}
const keys = { accessKeyId: 'AKIASOAKSOAKSOAKSOAK', secretAccessKey: 'soak' }
const random = createRandom(seedNumber)
const dataDirectory = await mkdtemp(join(tmpdir(), 'stile-soak-'))
const server = { library, dataDirectory, seed: seed() }
const clients = Array.from({ length: clientCount }, (_, at) =>
  createClient(createThings(at), createRandom(seedNumber + at + 1)),
)
const starts = []
const notices = []
let session

say(
  `seed ${seedNumber}: ${kills} kills, ${fill} roles and ${fill} objects beside, in ${dataDirectory}`,
)
const beganMs = performance.now()
await prepare()
for (let kill = 1; kill <= kills; kill += 1) {
  await oneKill()
  if (kill % 100 === 0 || kill === kills) report(kill)
}
await end()

/** Roles that are there from the start, a thousand an account, as more do not fit. */
function seed() {
  const administrator = {
    name: 'soak',
    keys: [keys],
    managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  }
  const others = Array.from({ length: Math.ceil(fill / 1000) }, (_, at) => ({
    id: String(200_000_000_000 + at),
    roles: Array.from({ length: Math.min(1000, fill - at * 1000) }, (_, number) => ({
      name: `role-${number}`,
      trustPolicy,
    })),
  }))
  return { accounts: [{ id: '111111111111', users: [administrator] }, ...others] }
}

async function prepare() {
  const running = startServer(server)
  const { url } = await running.started
  const aws = createClients(url, keys)
  await aws.s3.createBucket({
    Bucket: bucket,
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  })
  await aws.s3.createBucket({
    Bucket: `${bucket}-filled`,
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  })
  for (let at = 0; at < clientCount; at += 1) {
    await aws.ecr.createRepository({ repositoryName: repositoryOf(at) })
  }
  let next = 0
  const put = async () => {
    while (next < fill) {
      next += 1
      await aws.s3.putObject({
        Bucket: `${bucket}-filled`,
        Key: `object-${next}`,
        Body: Buffer.alloc(1024, next),
      })
    }
  }
  await Promise.all(Array.from({ length: 16 }, put))
  await aws.iam.createRole({
    RoleName: 'lasting',
    AssumeRolePolicyDocument: JSON.stringify(trustPolicy),
  })
  session = await aws.sts.assumeRole({
    RoleArn: 'arn:aws:iam::111111111111:role/lasting',
    RoleSessionName: 'soak',
  })
  aws.destroy()
  await running.kill()
}

/** Starts, checks what the kill before left, lets clients work, and kills. */
async function oneKill() {
  if (random.chance(0.15)) await killEarly()
  const running = startServer(server)
  const started = await running.started
  starts.push(started)
  notices.push(...started.notices)
  const aws = createClients(started.url, keys)
  await check(aws, started.url)
  let isOver = false
  let left = 1 + random.below(40)
  const enough = new EventEmitter()
  const tell = () => {
    left -= 1
    if (left === 0) enough.emit('changes')
    return isOver
  }
  const isEnough = once(enough, 'changes')
  const work = Promise.all(clients.map((client) => client.work(aws, tell)))
  // An error of a client ends it all; the kill itself comes in the middle of what goes on meanwhile.
  await Promise.race([isEnough, work])
  await delay(random.below(15))
  isOver = true
  await running.kill()
  await work
  aws.destroy()
}

/** While it starts, or before it has begun to. */
async function killEarly() {
  const running = startServer(server)
  running.started.catch(() => undefined)
  await delay(random.below(400))
  await running.kill()
}

async function check(aws, url) {
  const problems = (await Promise.all(clients.map((client) => client.check(aws)))).flat()
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = session.Credentials
  const assumed = createClients(url, { accessKeyId, secretAccessKey, sessionToken })
  const { Arn } = await assumed.sts.getCallerIdentity()
  assumed.destroy()
  if (!Arn.endsWith('assumed-role/lasting/soak')) problems.push(`the session is ${Arn}`)
  const partial = (await readdir(join(dataDirectory, 'blobs'))).filter((name) =>
    name.endsWith('.partial'),
  )
  if (partial.length > 0) problems.push(`left behind: ${partial.join(', ')}`)
  if (problems.length === 0) return
  for (const problem of problems) say(problem)
  say(`seed ${seedNumber}, after ${starts.length} kills; the directory is left in ${dataDirectory}`)
  process.exit(1)
}

async function end() {
  const running = startServer(server)
  const { url } = await running.started
  const aws = createClients(url, keys)
  await check(aws, url)
  aws.destroy()
  await running.stop()
  await rm(dataDirectory, { recursive: true })
  say(
    `${kills} kills, nothing lost, nothing half applied, in ${Math.round((performance.now() - beganMs) / 1000)} s`,
  )
}

function report(kill) {
  const acknowledged = clients.reduce((sum, client) => sum + client.acknowledged, 0)
  const show = (name) => {
    const times = starts.map((start) => start[name]).sort((a, b) => a - b)
    return `${times[times.length >> 1]} ms, at most ${times.at(-1)} ms`
  }
  say(
    `${kill} kills, ${acknowledged} changes acknowledged, ${notices.length} torn records; ready after ${show('readyMs')}; opening took ${show('openMs')}`,
  )
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
