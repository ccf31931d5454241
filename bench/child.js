import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const stile = fileURLToPath(new URL('../bin/stile.js', import.meta.url))

/** Runs Node.js to its end: milliseconds. Throws when it fails. */
export async function runNode(argv) {
  const startMs = performance.now()
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const [code] = await once(child, 'close')
  const ms = performance.now() - startMs
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${complaints}`)
  return ms
}

/** What a process has in memory. */
export async function residentMiB(pid) {
  const ps = spawn('ps', ['-o', 'rss=', '-p', String(pid)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  ps.stdout.on('data', (chunk) => {
    text += chunk
  })
  await once(ps, 'close')
  return Number(text) / 1024
}
