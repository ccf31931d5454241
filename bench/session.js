// What a person and their programs wait for many times a day, on a home of its own against the embedded AWS.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stile } from './child.js'
import { alternate, pairedDifference, pairedRatio, summarize } from './measure.js'
import { startServer } from './server-process.js'

export const title = 'credentials for every day, against Node.js starting for nothing'

const base = 'node -e 0'
const callerId = '111111111111'
const trustingId = '222222222222'

/**
 * Two groups, each against its own `node -e 0`: what is answered at once, in at least a hundred alternating runs, since
 * milliseconds matter there; and what takes longer, in fewer.
 */
export async function run({ seconds, runs }) {
  const rounds = Math.max(1, Math.ceil(runs * seconds * 15))
  const world = await startWorld()
  try {
    const { environment, cwd } = world
    const place = { env: environment, cwd }
    const node = { name: base, argv: [process.execPath, '-e', '0'], place }
    const quick = [node, ...quickCases(place)]
    const slow = [node, ...slowCases(place)]
    const measured = [
      await alternate(quick.map(toCase), { seconds, runs: rounds }),
      await alternate(slow.map(toCase), { seconds, runs: Math.ceil(rounds / 7) }),
    ]
    return [
      ...quick.map((one) => rowOf(one, measured[0])),
      ...slow.slice(1).map((one) => rowOf(one, measured[1])),
    ]
  } finally {
    await world.stop()
  }
}

const node = (...argv) => [process.execPath, stile, ...argv]

function quickCases(place) {
  return [
    {
      name: '`credential-process`, kept',
      argv: node('credential-process', 'look'),
      place,
      target: `${base} + 15 ms`,
    },
    { name: '`stile --help`', argv: node('--help'), place },
  ]
}

function slowCases(place) {
  const cases = [
    { name: '`exec` of a kept session', argv: node('exec', 'look', '--', 'true'), place },
  ]
  if (hasProgram('script', ['--version'])) {
    const command = `stty cols 80 rows 24; '${process.execPath}' '${stile}' assume >/dev/null`
    // `script` is the terminal; the picker's question is the first thing that it draws.
    const argv = ['script', '-qefc', command, '/dev/null']
    cases.push({ name: 'first paint of the picker', argv, place, until: 'Who do you want' })
  }
  if (hasProgram('aws', ['--version'])) {
    cases.push({ name: '`aws --version`', argv: ['aws', '--version'], place })
    const exported = ['configure', 'export-credentials', '--profile', 'caller']
    if (hasProgram('aws', exported, place)) {
      cases.push({ name: '`aws configure export-credentials`', argv: ['aws', ...exported], place })
    }
  }
  return cases
}

function hasProgram(file, argv, place = {}) {
  return spawnSync(file, argv, { ...place, stdio: 'ignore' }).status === 0
}

function toCase({ name, ...command }) {
  return { name, sample: () => runCommand(command) }
}

/** Milliseconds to its end, or until it says something; throws when it fails. */
async function runCommand({ argv: [file, ...argv], place, until }) {
  const startMs = performance.now()
  const stdio = until === undefined ? ['ignore', 'ignore', 'pipe'] : ['pipe', 'pipe', 'pipe']
  const child = spawn(file, argv, { ...place, stdio })
  const closed = once(child, 'close')
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  if (until !== undefined) {
    const shown = new Promise((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (chunk) => {
        said += chunk
        if (said.includes(until)) resolve()
      })
    })
    await Promise.race([shown, closed.then(() => fail(argv, `ended early: ${said}`))])
    const ms = performance.now() - startMs
    // Ctrl-C: what runs in the terminal is no child of ours.
    child.stdin.write('\u0003')
    await closed
    return ms
  }
  const [code] = await closed
  return code === 0 ? performance.now() - startMs : fail([file, ...argv], `${code}: ${said}`)
}

function fail(argv, why) {
  throw new Error(`${argv.join(' ')} ended with ${why}`)
}

function rowOf({ name, target }, samples) {
  const times = samples.get(name)
  const over = pairedDifference(times, samples.get(base))
  return {
    name,
    unit: 'ms',
    ...summarize(times),
    ratio: { [base]: pairedRatio(times, samples.get(base)) },
    also: name === base ? {} : { [`over ${base}`]: `${over.toFixed(1)} ms` },
    ...(target === undefined ? {} : { target }),
  }
}

const accessFile = `accounts:
  caller:   { id: "${callerId}", profile: caller }
  trusting: { id: "${trustingId}", profile: trusting }
grants:
  look:
    from: { account: caller, principals: [user/administrator], verifyAs: caller }
    to: { accounts: [trusting], role: Looker }
    allow: [{ policy: ViewOnlyAccess }]
`

/** A home with an access file that is applied, and one kept session. */
async function startWorld() {
  const users = [
    {
      name: 'administrator',
      managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    },
  ]
  const accounts = [callerId, trustingId].map((id) => ({ id, users }))
  const server = await startServer('embedded', { seed: { accounts } })
  const cwd = await mkdtemp(join(tmpdir(), 'stile-bench-'))
  const stop = async () => {
    await server.stop()
    await rm(cwd, { recursive: true, force: true })
  }
  try {
    const names = ['caller', 'trusting']
    const profiles = server.keys.map(
      ({ accessKeyId, secretAccessKey }, i) =>
        `[profile ${names[i]}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    )
    await mkdir(join(cwd, '.aws'))
    await writeFile(join(cwd, '.aws/config'), profiles.join('\n'), { mode: 0o600 })
    await writeFile(join(cwd, 'access.yaml'), accessFile)
    const environment = {
      PATH: process.env.PATH,
      HOME: cwd,
      TERM: 'xterm',
      AWS_ENDPOINT_URL: server.url ?? `http://127.0.0.1:${server.port}`,
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    }
    const place = { env: environment, cwd }
    await runCommand({ argv: node('apply', '--yes'), place })
    await runCommand({ argv: node('credential-process', 'look'), place })
    return { environment, cwd, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
