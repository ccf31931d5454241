import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-code.ts'

/** How each system opens an address, never by way of a shell. */
const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** The program and its first arguments. */
export function openerOf(platform: string): readonly string[] {
  return openers[platform] ?? ['xdg-open']
}

/** Opens an address that may be seen. */
export async function openAddress(url: string, context: CommandContext): Promise<void> {
  const [program = '', ...args] = openerOf(process.platform)
  const child = spawn(program, [...args, url], {
    env: Object.fromEntries(
      Object.entries(context.environment).filter((entry) => entry[1] !== undefined),
    ),
    stdio: 'ignore',
    detached: true,
  })
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw new CliError(`no browser can be opened: \`${program}\` cannot be run`, {
      exitCode: exitCodes.failed,
      remedy: 'leave --open out, and open the printed link',
      cause,
    })
  }
  // A browser that this starts lives on.
  child.unref()
}

/** A browser that has not come by then will not. */
const patienceMs = 60_000

/**
 * Opens an address that is a secret. Arguments of programs are seen by every user of the machine, so the browser is given
 * an address of this process instead, which leads to the secret one once.
 */
export async function openSecretAddress(url: string, context: CommandContext): Promise<void> {
  const path = `/${randomBytes(32).toString('base64url')}`
  const server = createServer((request, response) => {
    const isAsked = request.method === 'GET' && request.url === path
    const headers = { 'cache-control': 'no-store', connection: 'close' }
    if (!isAsked) {
      response.writeHead(404, headers).end()
      return
    }
    response.writeHead(302, { ...headers, location: url, 'referrer-policy': 'no-referrer' }).end()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ended = once(server, 'close')
  const limit = setTimeout(() => server.close(), patienceMs)
  try {
    await openAddress(`http://127.0.0.1:${port}${path}`, context)
    await ended
  } finally {
    clearTimeout(limit)
    server.close()
    server.closeAllConnections()
  }
}
