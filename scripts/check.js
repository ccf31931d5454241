// The gate: everything that CI demands, in the order that fails fastest. Ends with the test runner's own closing line.
import { spawnSync } from 'node:child_process'

const tsc = 'node_modules/typescript/bin/tsc'
const steps = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['generated tables', 'scripts/generate.js', '--check'],
  ['types', tsc, '-p', 'tsconfig.json'],
  ['types of the core', tsc, '-p', 'tsconfig.core.json'],
  ['build', 'scripts/build.js'],
  ['tests', 'node_modules/vitest/vitest.mjs', 'run'],
]

for (const [title, script, ...args] of steps) {
  console.log(`\n== ${title}`)
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' })
  if (status !== 0) {
    console.log(`\n${title}: failed`)
    process.exit(1)
  }
}
