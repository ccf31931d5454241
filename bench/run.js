// npm run bench -- [NAME…] [--json] [--seconds N] [--runs N] [--small]: measures the built package in dist/.
// `--small` takes small inputs alone: to see that a benchmark works, not to learn from its figures.
import { parseArgs } from 'node:util'
import { defaults } from './measure.js'
import { renderTable } from './table.js'

// The AWS SDK's notice about Node.js 20 is for developers; docs/dependencies.md dates the move.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const names = ['engine', 'who-can', 'access', 'cli', 'session', 'local', 'apply']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: String(defaults.seconds) },
    runs: { type: 'string', default: String(defaults.runs) },
    small: { type: 'boolean', default: false },
  },
})

const settings = {
  seconds: Number(values.seconds),
  runs: Number(values.runs),
  isSmall: values.small,
}
const unknown = positionals.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`no benchmark \`${unknown.join('`, `')}\`; there are ${names.join(', ')}\n`)
  process.exitCode = 2
} else if (!(settings.seconds > 0) || !(Number.isInteger(settings.runs) && settings.runs > 0)) {
  process.stderr.write('--seconds takes a number above 0, --runs a whole number above 0\n')
  process.exitCode = 2
} else {
  await runAll(positionals.length > 0 ? positionals : names)
}

async function runAll(chosen) {
  const results = []
  for (const name of chosen) {
    process.stderr.write(`measuring ${name}…\n`)
    const { title, run } = await import(`./${name}.js`)
    results.push({ name, title, rows: await run(settings) })
  }
  const machine = await describeMachine()
  if (values.json) {
    console.log(JSON.stringify({ version: 1, settings, machine, benchmarks: results }))
    return
  }
  for (const { name, title, rows } of results) {
    for (const line of renderTable(`${name}: ${title}`, rows)) console.log(line)
  }
  console.log(
    `${settings.runs} runs of ${settings.seconds} s; Node.js ${machine.node}, ${machine.cores} cores`,
  )
}

async function describeMachine() {
  const { availableParallelism } = await import('node:os')
  return { node: process.versions.node, cores: availableParallelism() }
}
