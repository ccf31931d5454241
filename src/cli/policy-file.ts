import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { findManagedPolicy } from '../catalog/index.ts'
import { type Policy, type PolicyType, parsePolicy } from '../core/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'

export const policyTypes = [
  'identity',
  'resource',
  'trust',
  'boundary',
  'session',
  'scp',
  'rcp',
  'vpce',
] as const satisfies readonly PolicyType[]

/** The option's policy type; undefined where it is to be told from the documents. */
export function requirePolicyType(value: unknown): PolicyType | undefined {
  if (value === undefined) return undefined
  const type = policyTypes.find((each) => each === value)
  if (type !== undefined) return type
  throw new CliError(`--type \`${String(value)}\`: one of ${policyTypes.join(', ')}`)
}

/** A policy document of a file, of standard input (`-`), or one of AWS's managed policies by its ARN. */
export async function loadPolicyDocument(
  source: string,
  context: CommandContext,
): Promise<unknown> {
  if (source.startsWith('arn:')) {
    const managed = findManagedPolicy(source)
    if (managed !== undefined) return managed.document
    throw new CliError(`\`${source}\` is no managed policy of AWS that is known here`)
  }
  const content = source === '-' ? await text(context.stdin) : await readText(source, context)
  try {
    return JSON.parse(content)
  } catch (error) {
    throw new CliError(`${source}: not JSON: ${(error as Error).message}`, { cause: error })
  }
}

async function readText(path: string, { cwd }: CommandContext): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), 'utf8')
  } catch (error) {
    throw new CliError(`\`${path}\` cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** A document with `Principal` is a trust policy when it has no `Resource`, else a resource-based policy. */
export function policyTypeOf(document: unknown): PolicyType {
  const statements = statementsOf(document)
  const has = (name: string): boolean =>
    statements.some((each) => typeof each === 'object' && each !== null && name in each)
  if (!has('Principal') && !has('NotPrincipal')) return 'identity'
  return has('Resource') || has('NotResource') ? 'resource' : 'trust'
}

function statementsOf(document: unknown): readonly unknown[] {
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return []
  return Array.isArray(document.Statement) ? document.Statement : [document.Statement]
}

/** The checked policy, or every problem of the document. */
export function requirePolicy(
  document: unknown,
  { source, type }: { readonly source: string; readonly type: PolicyType },
): Policy {
  const parsed = parsePolicy(document, type)
  if (parsed.ok) return parsed.policy
  const lines = parsed.problems.map(({ path, message }) => `  ${path}: ${message}`)
  throw new CliError(`${source} is no policy that AWS would take:\n${lines.join('\n')}`)
}
