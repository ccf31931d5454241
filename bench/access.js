import { parseDocument } from 'yaml'
import { checkAccess, compileAccess, parseAccessFile } from '../dist/access/index.js'
import { manyGrants } from './access-files.js'
import { alternate, costOf, pairedRatio, summarize } from './measure.js'

export const title = 'an access file, against reading it as YAML alone'

const scales = { small: [10, 20], full: [100, 1_000, 5_000] }

export async function run(settings) {
  const sizes = scales[settings.isSmall ? 'small' : 'full']
  const steps = sizes.flatMap((size, i) => stepsOf(size, sizes[i - 1]))
  const samples = await alternate(
    steps.map(({ name, work }) => ({ name, sample: costOf(work) })),
    settings,
  )
  return steps.map(({ name, to }) => {
    const costs = samples.get(name)
    const ratio = Object.fromEntries(
      to.map((base) => [base, pairedRatio(costs, samples.get(base))]),
    )
    return { name, unit: 'ms', ...summarize(costs), ratio }
  })
}

/** With what the same step cost for a smaller file beside it, where there is one. */
function stepsOf(size, smaller) {
  const text = manyGrants(size)
  const { access, nowMs } = parsed(text)
  const base = `YAML, ${grants(size)}`
  const steps = [
    { what: 'YAML', work: () => parseDocument(text), to: [] },
    { what: 'parse', work: () => parsed(text), to: [base] },
    { what: 'compile', work: () => compiled(access), to: [base] },
    { what: 'check', work: () => checked(access, nowMs), to: [base] },
  ]
  return steps.map(({ what, work, to }) => ({
    name: `${what}, ${grants(size)}`,
    work,
    to: smaller === undefined ? to : [...to, `${what}, ${grants(smaller)}`],
  }))
}

function grants(size) {
  return `${size.toLocaleString('en')} grants`
}

function parsed(text) {
  const outcome = parseAccessFile([{ file: 'access.yaml', text }])
  requireNoErrors(outcome.problems)
  return { access: outcome.access, nowMs: Date.UTC(2026, 0, 1) }
}

function compiled(access) {
  const outcome = compileAccess(access)
  requireNoErrors(outcome.problems)
}

function checked(access, nowMs) {
  const { problems, proofs } = checkAccess(access, { nowMs })
  requireNoErrors(problems)
  const failed = proofs.filter(({ kind }) => kind === 'failed')
  if (failed.length > 0) throw new Error(JSON.stringify(failed[0]))
}

function requireNoErrors(problems) {
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3), null, 2))
}
