// Compiles src/ to dist/, from nothing, so that no file of an earlier build survives.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

const root = new URL('..', import.meta.url)
rmSync(new URL('dist', root), { recursive: true, force: true })
const compiler = new URL('node_modules/typescript/bin/tsc', root)
const { status } = spawnSync(process.execPath, [compiler.pathname, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
