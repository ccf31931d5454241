import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { residentMiB, runNode, stile } from './child.js'
import { alternate, pairedDifference, pairedRatio, summarize } from './measure.js'
import { startMoto } from './moto.js'

const base = 'node -e 0'
const example = fileURLToPath(new URL('../examples/bucket-writer/access.yaml', import.meta.url))

/** How long `stile local` takes until it answers, and what memory it then has. */
export async function readiness({ seconds, runs, isSmall }) {
  const memory = []
  const cases = [
    { name: base, sample: () => runNode(['-e', '0']) },
    {
      name: 'ready',
      sample: async () => {
        const { ms, residentMiB } = await startLocal()
        memory.push(residentMiB)
        return ms
      },
    },
  ]
  const samples = await alternate(cases, { seconds, runs })
  const ready = samples.get('ready')
  const bare = samples.get(base)
  return [
    {
      name: '`stile local` ready',
      unit: 'ms',
      ...summarize(ready),
      ratio: { [base]: pairedRatio(ready, bare) },
      also: { [`over ${base}`]: `${Math.round(pairedDifference(ready, bare))} ms` },
      target: 'less than 400 ms',
    },
    {
      name: '`stile local` resident',
      unit: 'MiB',
      ...summarize(memory),
      ratio: {},
      target: 'less than 150 MiB',
    },
    ...(isSmall ? [] : await motoReadiness(runs)),
  ]
}

/** The same of moto's server, which has loaded no service yet; nothing where the machine has none. */
async function motoReadiness(runs) {
  const [ready, memory] = [[], []]
  for (let round = 0; round < runs; round += 1) {
    const moto = await startMoto()
    if (moto === undefined) return []
    ready.push(moto.readyMs)
    memory.push((await moto.ask()).residentMiB)
    await moto.stop()
  }
  return [
    { name: 'moto’s server ready', unit: 'ms', ...summarize(ready), ratio: {} },
    { name: 'moto’s server resident', unit: 'MiB', ...summarize(memory), ratio: {} },
  ]
}

async function startLocal() {
  const startMs = performance.now()
  const child = spawn(process.execPath, [stile, 'local', '--port', '0', '--access', example], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  try {
    // The first line says that it is ready, the port being open by then.
    await Promise.race([once(child.stdout, 'data'), failedToStart(child, () => complaints)])
    const ms = performance.now() - startMs
    return { ms, residentMiB: await residentMiB(child.pid) }
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGINT')
      await once(child, 'exit')
    }
  }
}

async function failedToStart(child, complaints) {
  const [code] = await once(child, 'close')
  throw new Error(`stile local ended with ${code} before it was ready: ${complaints()}`)
}
