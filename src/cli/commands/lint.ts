import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { guessPolicyType, lintPolicy, severities } from '../../catalog/index.ts'
import { type PolicyType, parseAccountId } from '../../core/index.ts'
import { chooseWord } from '../choose-word.ts'
import { CliError } from '../cli-error.ts'
import type { Command, CommandContext, OptionValues } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { lintFormats } from '../lint-formats.ts'
import type { LintedFile, UnreadableFile } from '../lint-report.ts'
import { createOutput } from '../output.ts'

const policyTypes: readonly PolicyType[] = [
  'identity',
  'resource',
  'trust',
  'boundary',
  'session',
  'scp',
  'rcp',
  'vpce',
]

export const command: Command = {
  args: [{ usage: '<file...>', summary: 'policy documents as JSON, or - for standard input' }],
  options: [
    { flags: '--type <type>', summary: `${policyTypes.join(', ')}; else guessed, and said` },
    { flags: '--account <id>', summary: 'the account that the policies belong to' },
    { flags: '--format <format>', summary: 'text, json or sarif' },
    {
      flags: '--fail-on <severity>',
      summary: `exit 1 from this severity on: ${severities.join(', ')} (error if left out)`,
    },
  ],
  examples: ['stile lint examples/lint/deploy-role-trust.json'],
  details:
    'Finds, offline, what AWS would refuse in a policy document, what allows more than it seems to, and what has no effect. Exit 0 if nothing is at or above --fail-on, 1 if something is, 2 if a file cannot be read.',
  run: async ({ args, options }, context) => {
    const settings = readSettings(options)
    const read = await Promise.all(
      args.map((name) => lintFile(name, { type: settings.type, options, context })),
    )
    const files = read.flatMap((each) => (each.kind === 'linted' ? each : []))
    const unreadable = read.flatMap((each) => (each.kind === 'unreadable' ? each : []))
    const output = createOutput(context, options)
    lintFormats[settings.format]({ files, unreadable }, output, context)
    for (const { name, reason } of unreadable) context.stderr.write(`\`${name}\`: ${reason}\n`)
    return exitCodeOf({ files, unreadable }, settings.failOn)
  },
}

function readSettings(options: OptionValues) {
  return {
    type: options.type === undefined ? undefined : chooseWord('--type', options.type, policyTypes),
    format: chooseWord('--format', options.format ?? 'text', ['text', 'json', 'sarif']),
    failOn: chooseWord('--fail-on', options.failOn ?? 'error', severities),
  }
}

interface Setting {
  readonly type: PolicyType | undefined
  readonly options: OptionValues
  readonly context: CommandContext
}

async function lintFile(name: string, setting: Setting): Promise<LintedFile | UnreadableFile> {
  const { options, context } = setting
  const document = await readDocument(name, context).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  )
  if (document instanceof Error) {
    const code = 'code' in document ? String(document.code) : ''
    return { kind: 'unreadable', name, reason: reasons[code] ?? document.message }
  }
  const guess = guessPolicyType(document)
  const type = setting.type ?? guess.type
  const accountId = readAccount(options.account)
  const findings = lintPolicy(document, { type, ...(accountId === undefined ? {} : { accountId }) })
  const because = setting.type === undefined ? { guessedBecause: guess.because } : {}
  return { kind: 'linted', name, type, ...because, findings }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory; name the files in it',
  EACCES: 'may not be read',
}

function readDocument(name: string, { cwd, stdin }: CommandContext): Promise<string> {
  return name === '-' ? text(stdin) : readFile(resolve(cwd, name), 'utf8')
}

function readAccount(given: unknown): string | undefined {
  if (given === undefined) return undefined
  const id = parseAccountId(String(given))
  if (id === undefined) throw new CliError(`--account takes twelve digits, not \`${given}\``)
  return id
}

function exitCodeOf(
  read: { readonly files: readonly LintedFile[]; readonly unreadable: readonly unknown[] },
  failOn: (typeof severities)[number],
): ExitCode {
  if (read.unreadable.length > 0) return exitCodes.usage
  const failing = severities.slice(0, severities.indexOf(failOn) + 1)
  const fails = read.files.some(({ findings }) =>
    findings.some(({ severity }) => failing.includes(severity)),
  )
  return fails ? exitCodes.denied : exitCodes.done
}
