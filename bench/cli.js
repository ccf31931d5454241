import { fileURLToPath } from 'node:url'
import { runNode, stile } from './child.js'
import { alternate, pairedDifference, pairedRatio, summarize } from './measure.js'

export const title = 'the command line, against Node.js starting for nothing'

const base = 'node -e 0'
const example = fileURLToPath(new URL('../examples/cross-account-build', import.meta.url))

const cases = [
  { name: base, argv: ['-e', '0'] },
  { name: '`stile --version`', argv: [stile, '--version'] },
  { name: '`stile --help`', argv: [stile, '--help'] },
  { name: '`stile check` of an example', argv: [stile, 'check', example] },
]

/** Single processes are short and their times scatter: many rounds of one each, and the median of the differences. */
export async function run({ seconds, runs }) {
  const samples = await alternate(
    cases.map(({ name, argv }) => ({ name, sample: () => runNode(argv) })),
    { seconds, runs: Math.max(1, Math.ceil(runs * seconds * 6)) },
  )
  return cases.map(({ name }) => {
    const times = samples.get(name)
    const over = pairedDifference(times, samples.get(base))
    return {
      name,
      unit: 'ms',
      ...summarize(times),
      ratio: { [base]: pairedRatio(times, samples.get(base)) },
      also: name === base ? {} : { [`over ${base}`]: `${Math.round(over)} ms` },
    }
  })
}
