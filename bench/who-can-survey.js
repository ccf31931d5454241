// node bench/who-can-survey.js ACCOUNTS WORKERS [pairs|brute]: who can assume which role of a synthetic organization.
// One JSON object: how long it took, how much memory, how many sets and principals, and a digest of all answers, which
// is the same whatever the number of workers. `pairs` digests those who may without provisos pair by pair, as `brute`
// does, which asks the engine about every pair there is.
import { createHash } from 'node:crypto'
import { on } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import {
  authorize,
  indexEstate,
  membersOf,
  requestFor,
  whoAssumes,
  whoCan,
} from '../dist/core/index.js'
import { makeOrganization, questionsOf } from './organization.js'

if (isMainThread) {
  const [accounts = '100', workers = '1', mode = 'sets'] = process.argv.slice(2)
  console.log(
    JSON.stringify(await survey({ accounts: Number(accounts), workers: Number(workers), mode })),
  )
} else {
  const { index, asked, result } = surveyPart(workerData)
  parentPort.postMessage(result)
  const isAsked = workerData.part === 0 && workerData.mode === 'sets'
  parentPort.postMessage(isAsked ? askAll(index, asked) : {})
}

async function survey({ accounts, workers, mode }) {
  const startMs = performance.now()
  let end = { atMs: startMs, processorSeconds: 0 }
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, part) =>
      runPart({ accounts, part, parts: workers, mode }, () => {
        end = { atMs: performance.now(), processorSeconds: processorSeconds() }
      }),
    ),
  )
  const digest = createHash('sha256')
  for (let i = 0; i < accounts; i += 1)
    digest.update(parts[i % workers].digests[Math.floor(i / workers)])
  const sum = (what) => parts.reduce((total, part) => total + part[what], 0)
  const most = (what) => Math.max(...parts.map((part) => part[what]))
  return {
    accounts,
    roles: sum('roles'),
    sets: sum('sets'),
    principals: sum('principals'),
    digest: digest.digest('hex'),
    seconds: (end.atMs - startMs) / 1000,
    makeSeconds: most('makeSeconds'),
    indexSeconds: most('indexSeconds'),
    decideSeconds: most('decideSeconds'),
    questions: parts[0].questions,
    processorSeconds: end.processorSeconds,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }
}

function processorSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function runPart(work, onSurveyed) {
  const worker = new Worker(fileURLToPath(import.meta.url), {
    workerData: work,
    // Most of what a decision makes is gone after it: room for it saves moving it about.
    resourceLimits: { maxOldGenerationSizeMb: 4096, maxYoungGenerationSizeMb: 192 },
  })
  const messages = on(worker, 'message', { close: ['exit'] })
  const [result] = (await messages.next()).value
  onSurveyed()
  const [questions] = (await messages.next()).value
  await worker.terminate()
  return { ...result, questions }
}

/** The roles of every `parts`-th account. Every part has the whole organization before it. */
function surveyPart({ accounts, part, parts, mode }) {
  const made = timed(() => makeOrganization({ accounts }))
  const { ids, estate } = made.value
  const { context, ...asked } = questionsOf(ids)
  const indexed = timed(() => {
    const index = indexEstate(estate)
    index.holdersOf('sts:AssumeRole')
    return index
  })
  const tally = { roles: 0, sets: 0, principals: 0 }
  const own = ids.filter((_, i) => i % parts === part)
  const describe = { sets: describeSets, pairs: describePairs, brute: describeBrute }[mode]
  const decided = timed(() =>
    own.map((id) => digestAccount(indexed.value, id, { context, tally, describe })),
  )
  const result = {
    ...tally,
    digests: decided.value,
    makeSeconds: made.seconds,
    indexSeconds: indexed.seconds,
    decideSeconds: decided.seconds,
  }
  return { index: indexed.value, asked, result }
}

function digestAccount(index, id, { context, tally, describe }) {
  const roles = index.byAccount.get(id).filter(({ trust }) => trust !== null)
  const hash = createHash('sha256')
  tally.roles += roles.length
  for (const line of describe(index, roles, { context, tally })) hash.update(line)
  return hash.digest()
}

function* describeSets(index, roles, { context, tally }) {
  for (const { role, sets } of whoAssumes(index, roles, context)) {
    const lines = sets.map((set) => {
      tally.sets += 1
      tally.principals += set.size
      const open = set.provisos.map(({ text }) => text).join(' and ')
      return `${set.kind} ${set.who} ${set.account} ${set.size} ${set.certainty} ${open}\n`
    })
    yield `${role.arn}\n${lines.sort().join('')}`
  }
}

function* describePairs(index, roles, { context, tally }) {
  for (const { role, sets } of whoAssumes(index, roles, context)) {
    const open = sets.filter(({ provisos }) => provisos.length === 0)
    const arns = open.flatMap(({ members }) => [...membersOf(members)].map(({ arn }) => arn))
    tally.principals += arns.length
    yield `${role.arn}\n${arns.sort().join('\n')}\n`
  }
}

function* describeBrute(index, roles, { context, tally }) {
  for (const role of roles) {
    const question = { action: 'sts:AssumeRole', resource: role.arn, context }
    const arns = index.estate.principals
      .filter((each) => {
        const { request, layers } = requestFor(index, each, question)
        return authorize(request, layers).kind === 'allow'
      })
      .map(({ arn }) => arn)
    tally.principals += arns.length
    yield `${role.arn}\n${arns.sort().join('\n')}\n`
  }
}

function askAll(index, asked) {
  const answers = Object.entries(asked).map(([name, question]) => {
    const first = timed(() => whoCan(index, question).next())
    const all = timed(() => [...whoCan(index, question)].length)
    return [name, { firstSeconds: first.seconds, seconds: all.seconds, found: all.value }]
  })
  return Object.fromEntries(answers)
}

function timed(work) {
  const startMs = performance.now()
  const value = work()
  return { value, seconds: (performance.now() - startMs) / 1000 }
}
