import { access, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type FirstAccess, parseAccessFile, renderFirstAccessFile } from '../../access/index.ts'
import { CliError } from '../cli-error.ts'
import type { Command, CommandContext, OptionValues } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { askForFirstAccess } from '../first-access-questions.ts'
import { describeProblems } from '../load-access.ts'
import { createOutput } from '../output.ts'
import { requireCompilation } from '../sides.ts'

export const command: Command = {
  args: [],
  options: [
    { flags: '--from-account <id>', summary: 'account of the caller' },
    { flags: '--from-principal <principal>', summary: 'role/NAME, user/NAME or group/NAME there' },
    { flags: '--to-account <id>', summary: 'account that is entered' },
    { flags: '--role <name>', summary: 'name of the role to make there' },
    { flags: '--policy <name>', summary: 'AWS managed policy that the role gets' },
    { flags: '--external-id <id>', summary: 'demand this external id' },
    {
      flags: '--from-profile <name>',
      summary: 'profile with which Stile signs in to the caller’s account',
    },
    {
      flags: '--to-profile <name>',
      summary: 'profile with which Stile signs in to the other account',
    },
    { flags: '-o, --output <path>', summary: 'file to write (access.yaml)' },
    { flags: '--force', summary: 'replace a file that exists' },
  ],
  examples: [
    'stile init --from-account 111111111111 --from-principal role/gitlab-runner \\',
    '  --to-account 222222222222 --role BuildRole --policy ReadOnlyAccess',
  ],
  details: 'Asks for what the flags leave out, where there is a terminal.',
  run: async ({ options }, context) => {
    const output = createOutput(context, options)
    const path = resolve(context.cwd, String(options.output ?? 'access.yaml'))
    await refuseToReplace(path, options)
    const text = renderFirstAccessFile(await firstAccess(options, context))
    const parsed = parseAccessFile([{ file: path, text }])
    if (!parsed.ok) throw new CliError(describeProblems(parsed.problems))
    requireCompilation(parsed.access, context.nowMs())
    await writeFile(path, text)
    output.print(`wrote ${path}`)
    output.say('next: stile check')
    return exitCodes.done
  },
}

async function refuseToReplace(path: string, options: OptionValues): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists && options.force !== true) {
    throw new CliError(`\`${path}\` exists already`, {
      remedy: 'use --force to replace it, or --output for another name',
    })
  }
}

const requiredFlags = {
  fromAccount: '--from-account',
  fromPrincipal: '--from-principal',
  toAccount: '--to-account',
  role: '--role',
  policy: '--policy',
} as const

async function firstAccess(options: OptionValues, context: CommandContext): Promise<FirstAccess> {
  const missing = Object.entries(requiredFlags).filter(([key]) => options[key] === undefined)
  if (missing.length === 0) return answersOf(options)
  if (context.stdin.isTTY !== true || options.input === false) {
    throw new CliError(
      `no terminal to ask on: ${missing.map(([, flag]) => flag).join(', ')} missing`,
      {
        exitCode: exitCodes.needsPerson,
        remedy: 'give these flags, or run `stile init` in a terminal',
      },
    )
  }
  return answersOf(await askForFirstAccess(options))
}

function answersOf(options: OptionValues): FirstAccess {
  const text = (key: string): string => String(options[key])
  const optional = (key: string, value: unknown) => (value === undefined ? {} : { [key]: value })
  return {
    fromAccount: text('fromAccount'),
    fromPrincipal: text('fromPrincipal'),
    toAccount: text('toAccount'),
    role: text('role'),
    policy: text('policy'),
    ...optional('externalId', options.externalId),
    ...optional('fromProfile', options.fromProfile),
    ...optional('toProfile', options.toProfile),
  }
}
