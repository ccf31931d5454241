import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { number } from './table.js'

export const title = 'who can assume which role of an organization, against one of fewer accounts'

const scales = { small: [20, 100], full: [100, 1_000, 10_000] }
const workers = 2
const program = fileURLToPath(new URL('./who-can-survey.js', import.meta.url))
const execute = promisify(execFile)

/** Each size once, in a process of its own, so that its memory is its own. */
export async function run(settings) {
  const rows = []
  let smaller
  for (const accounts of scales[settings.isSmall ? 'small' : 'full']) {
    const measured = await surveyOf(accounts)
    rows.push(...rowsOf(measured, smaller))
    smaller = measured
  }
  return rows
}

async function surveyOf(accounts) {
  const { stdout } = await execute(process.execPath, [program, String(accounts), String(workers)])
  return JSON.parse(stdout)
}

function rowsOf(measured, smaller) {
  const { accounts, roles, sets, principals, seconds, processorSeconds, peakMiB } = measured
  const size = nameOf(measured)
  const { role, bucket } = measured.questions
  return [
    {
      name: `every role, ${size}`,
      unit: 's',
      ...once(seconds),
      ratio: perAccount(measured, smaller),
      also: {
        roles: number(roles),
        sets: number(sets),
        principals: number(principals),
        'processor s': number(processorSeconds),
        'MiB at most': number(peakMiB),
      },
      ...(accounts === 10_000 ? { target: '60 s, 4,096 MiB' } : {}),
    },
    question(`sts:AssumeRole on one role, ${size}`, role),
    question(`s3:GetObject on one bucket, ${size}`, bucket),
  ]
}

function perAccount({ seconds, accounts }, smaller) {
  if (smaller === undefined) return {}
  const ratio = seconds / accounts / (smaller.seconds / smaller.accounts)
  return { [`${nameOf(smaller)}, per account`]: ratio }
}

function nameOf({ accounts }) {
  return `${accounts.toLocaleString('en')} accounts`
}

function question(name, { firstSeconds, seconds, found }) {
  const also = { 'first after ms': number(firstSeconds * 1000), found: number(found) }
  return { name, unit: 'ms', ...once(seconds * 1000), ratio: {}, also }
}

function once(value) {
  return { minimum: value, median: value, maximum: value }
}
