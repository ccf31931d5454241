// A long soak of the engine against the reference and of the parsers against odd input:
// node scripts/fuzz.js [--minutes N] [--seed S]. Stops at the first failure and prints its seed and what shows it.
import { parseArgs } from 'node:util'
import { createViteServer } from 'vitest/node'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } },
})
const endMs = Date.now() + Number(values.minutes) * 60_000
const first = Number(values.seed ?? Date.now() % 1_000_000_000)
if (!Number.isFinite(endMs) || !Number.isSafeInteger(first)) {
  console.error('usage: node scripts/fuzz.js [--minutes N] [--seed S]')
  process.exit(2)
}

// The reference is TypeScript of the tests, which Node.js 20 does not read by itself.
const server = await createViteServer({
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, watch: null, ws: false, hmr: false },
  optimizeDeps: { noDiscovery: true },
})
const { fuzzRound } = await server.ssrLoadModule('/test/conformance/reference/fuzz.ts')

let rounds = 0
let failure
// One round at least, so that a seed can be tried again in no time.
do {
  failure = fuzzRound(first + rounds)
  rounds += 1
  if (rounds % 10 === 0) console.log(`${rounds} rounds from seed ${first}`)
} while (failure === undefined && Date.now() < endMs)
await server.close()

if (failure === undefined) console.log(`${rounds} rounds from seed ${first}: all agree`)
else {
  console.log(`round ${rounds}, seed ${first + rounds - 1}: ${failure.what}\n${failure.shown}`)
  process.exitCode = 1
}
