// A crowd in front of `stile local`: clients at once in one organization, each of which knows what every answer has to be.
// node scripts/crowd.js [--minutes 2] [--clients 10] [--accounts 50] [--seed N]. Takes the build; ends with 1 after an
// undeserved answer. What each client does follows from the seed; how far it comes, from the machine.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createViteServer } from 'vitest/node'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    clients: { type: 'string', default: '10' },
    accounts: { type: 'string', default: '50' },
    seed: { type: 'string' },
  },
})
const minutes = Number(values.minutes)
const clients = Number(values.clients)
const accounts = Number(values.accounts)
const seed = Number(values.seed ?? Date.now() % 1_000_000_000)
const isUsable =
  minutes > 0 &&
  Number.isSafeInteger(seed) &&
  Number.isSafeInteger(clients) &&
  clients >= 2 &&
  Number.isSafeInteger(accounts) &&
  accounts > 2 * clients
if (!isUsable) {
  console.error(
    'usage: node scripts/crowd.js [--minutes 2] [--clients 10] [--accounts 50] [--seed N]',
  )
  console.error('  two clients at least, and two accounts for each beside the management account')
  process.exit(2)
}

// The crowd is TypeScript of the tests, which Node.js 20 does not read by itself.
const server = await createViteServer({
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, watch: null, ws: false, hmr: false },
  optimizeDeps: { noDiscovery: true },
})
const { runCrowd } = await server.ssrLoadModule('/test/clients/crowd/run-crowd.ts')
const { startStile } = await server.ssrLoadModule('/test/support/running-stile.ts')

// Some accounts are there and are invited; the organization creates the others.
const ids = Array.from({ length: Math.min(5, accounts) }, (_, index) =>
  String(100000000001 + index),
)
const stile = await startStile([
  'local',
  '--port',
  '0',
  '--account',
  ...ids.map((id, index) => `seeded-${index}=${id}`),
])
let report
try {
  let endMs = 0
  report = await runCrowd({
    ground: { url: urlOf(stile.printed), seeded: seededAccounts(stile.environment) },
    accounts,
    clients,
    seed,
    goesOn: () => {
      endMs = endMs || Date.now() + minutes * 60_000
      return Date.now() < endMs
    },
  })
} finally {
  await stile.stop()
  await server.close()
}

const seconds = report.ranMs / 1000
console.log(`seed ${seed}: ${accounts} accounts in ${(report.setUpMs / 1000).toFixed(1)} s`)
for (const [name, count] of Object.entries(report.steps).sort()) console.log(`  ${name} ${count}`)
const rate = Math.round(report.calls / seconds)
console.log(
  `${report.calls} calls in ${seconds.toFixed(1)} s by ${clients} clients: ${rate} per second`,
)
for (const line of report.undeserved) console.log(`undeserved: ${line}`)
console.log(`${report.undeserved.length} undeserved answers`)
process.exitCode = report.undeserved.length === 0 ? 0 : 1

/** @param {readonly string[]} printed */
function urlOf(printed) {
  const url = /http:\S+:\d+/.exec(printed.join('\n'))?.[0]
  if (url === undefined) throw new Error(`no address was printed:\n${printed.join('\n')}`)
  return url
}

/** The administrators' keys, from the profiles that were printed. @param {Readonly<Record<string, string>>} environment */
function seededAccounts(environment) {
  const file = environment.AWS_CONFIG_FILE
  if (file === undefined) throw new Error('no profiles were printed')
  const text = readFileSync(file, 'utf8')
  return ids.map((id, index) => {
    const profile = text.split(/^\[/m).find((part) => part.startsWith(`profile seeded-${index}-`))
    const read = (/** @type {string} */ name) => profile?.match(`${name} *= *(\\S+)`)?.[1]
    const admin = {
      accessKeyId: read('aws_access_key_id'),
      secretAccessKey: read('aws_secret_access_key'),
    }
    if (admin.secretAccessKey === undefined) throw new Error(`no keys for account ${id}`)
    return { id, admin }
  })
}
