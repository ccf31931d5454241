import { chooseWord } from '../choose-word.ts'
import { type Command, commonOptions } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { defaultPort } from '../local/local-options.ts'
import type { LocalRequest } from '../local/local-request.ts'

type Action = (request: LocalRequest) => Promise<ExitCode>

/** Loaded when they run: a server has to be ready at once, and the others have no use for one. */
const actions = {
  start: async (request) => (await import('../local/start-local.ts')).runLocal(request),
  exec: async (request) => (await import('../local/exec-local.ts')).execLocal(request),
  env: async (request) => (await import('../local/print-environment.ts')).printEnvironment(request),
  why: async (request) => (await import('../local/print-why.ts')).printWhy(request),
  tail: async (request) => (await import('../local/follow-calls.ts')).followCalls(request),
  state: async (request) => (await import('../local/steer.ts')).printState(request),
  reset: async (request) => (await import('../local/steer.ts')).resetLocal(request),
  clock: async (request) => (await import('../local/steer.ts')).setClock(request),
  faults: async (request) => (await import('../local/steer.ts')).setFaults(request),
} as const satisfies Readonly<Record<string, Action>>
const names = Object.keys(actions) as (keyof typeof actions)[]

export const command: Command = {
  args: [
    { usage: '[action]', summary: `${names.join(', ')} (start)` },
    { usage: '[about]', summary: 'why: a request id; clock: seconds or a time; faults: which' },
  ],
  options: [
    { flags: '--seed <path>', summary: 'start: with what this seed file says, YAML or JSON' },
    { flags: '--access <path>', summary: 'start: with the accounts of this access file' },
    {
      flags: '--account <name=id...>',
      summary: 'start: with these accounts; exec, env: NAME, the account to work in',
    },
    { flags: '--user <name>', summary: 'exec, env: as this user; else an administrator' },
    { flags: '--root', summary: 'exec, env: as the root user' },
    { flags: '-p, --port <number>', summary: `loopback port (${defaultPort}); 0 takes a free one` },
    { flags: '--data <directory>', summary: 'keep everything there, for the next start' },
    { flags: '--sync', summary: 'with --data: wait for the disk with every change' },
    {
      flags: '--faults <list>',
      summary: 'trouble on purpose, as in throttle=0.1,latency=50ms,propagation=3s',
    },
    { flags: '--format <name>', summary: 'env: bash, fish, powershell, env, dotenv or json' },
    { flags: '--last', summary: 'why: the last denial; tail: also what is remembered' },
    { flags: '--ids', summary: 'tail: with request ids, for `why`' },
    commonOptions.json,
    commonOptions.region,
  ],
  examples: [
    'stile local --access examples/bucket-writer/access.yaml',
    'stile local exec -- aws sts get-caller-identity',
  ],
  details:
    'An AWS for cross-account work: STS, IAM, Organizations, S3, ECR and CloudTrail. Every signature is verified and every call authorized; nothing is kept after it ends, unless --data names a directory. Without --seed or --access each account starts with an administrator, and without --account there are two. The other actions find the one that runs. docs/local.md says more.',
  takesChildCommand: true,
  run: ({ args, options }, context) => {
    const [action = 'start', ...rest] = args
    const run: Action = actions[chooseWord('action', action, names)]
    return run({ args: rest, options, context })
  },
}
