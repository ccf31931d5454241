import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'
import { parseDecodedMessage, parseTrailEvent } from './explain-denied-event.ts'
import {
  type DeniedRequest,
  isEncoded,
  parseDenial,
  parseDenials,
} from './explain-denied-message.ts'
import { asObject } from './policy-source-details.ts'

/** Every refusal in a file or on standard input: `AccessDenied` texts, CloudTrail events, decoded messages. */
export async function readDenied(
  path: string,
  context: CommandContext,
): Promise<readonly DeniedRequest[]> {
  const text = await textOf(path, context)
  const found = parseRefusals(text)
  if (found.length > 0) return found
  if (isEncoded(text)) {
    throw new CliError(`${path}: only AWS can decode this message`, {
      remedy:
        'run `aws sts decode-authorization-message --encoded-message … | stile explain --denied -`',
    })
  }
  throw new CliError(
    `${path}: neither an AccessDenied message, nor a CloudTrail event, nor a decoded authorization message`,
  )
}

async function textOf(path: string, context: CommandContext): Promise<string> {
  if (path === '-') return readAll(context.stdin)
  try {
    return await readFile(resolve(context.cwd, path), 'utf8')
  } catch (error) {
    throw new CliError(`\`${path}\` cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** Every refusal in JSON, in lines of JSON, or in text that quotes AWS's messages, such as a log. */
export function parseRefusals(text: string): readonly DeniedRequest[] {
  const value = parseJson(text)
  if (value !== undefined) return readJson(value)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const values = lines.map(parseJson)
  if (values.some((each) => typeof each === 'object')) return values.flatMap(readJson)
  return parseDenials(text)
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Where AWS's tools put events and messages; each is looked into. */
const wrappings = ['Records', 'Events', 'detail', 'CloudTrailEvent', 'DecodedMessage', 'Error']

function readJson(value: unknown): readonly DeniedRequest[] {
  if (typeof value === 'string') return parseRefusals(value)
  if (Array.isArray(value)) return value.flatMap((each) => readJson(each))
  const object = asObject(value)
  if (object === undefined) return []
  const event = parseTrailEvent(object)
  if (event !== undefined) return isRefusal(object) ? [event] : []
  const decoded = parseDecodedMessage(object)
  if (decoded !== undefined) return [decoded]
  const inside = wrappings.flatMap((name) => (name in object ? readJson(object[name]) : []))
  if (inside.length > 0) return inside
  const message = object.message ?? object.Message ?? object.errorMessage
  const denial = typeof message === 'string' ? parseDenial(message) : undefined
  return denial === undefined ? [] : [denial]
}

/** Among many events, those that were refused. */
function isRefusal({ errorCode, errorMessage }: Readonly<Record<string, unknown>>): boolean {
  return /AccessDenied|Unauthorized|Forbidden|403/.test(
    `${String(errorCode)} ${String(errorMessage)}`,
  )
}
