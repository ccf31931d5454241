import type { Command } from './command.ts'

export type Verb = 'declare' | 'prove' | 'apply' | 'use' | 'watch' | 'try'

export interface CommandRow {
  readonly name: string
  readonly verb: Verb
  readonly summary: string
  /** A command's code is read only when it runs. */
  readonly load: () => Promise<{ readonly command: Command }>
}

/** Every command, in the order that help shows them. */
export const commands: readonly CommandRow[] = [
  {
    name: 'init',
    verb: 'declare',
    summary: 'write a first access file, by questions or flags',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'check',
    verb: 'prove',
    summary: 'find every problem of the access file and prove its grants',
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'explain',
    verb: 'prove',
    summary: 'may this principal do this? with every policy that says so',
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'who-can',
    verb: 'prove',
    summary: 'everybody who may do this, directly or through roles',
    load: () => import('./commands/who-can.ts'),
  },
  {
    name: 'what-can',
    verb: 'prove',
    summary: 'what this principal may do, and as whom',
    load: () => import('./commands/what-can.ts'),
  },
  {
    name: 'evaluate',
    verb: 'prove',
    summary: 'decide scenarios given as JSON, one answer a line',
    load: () => import('./commands/evaluate.ts'),
  },
  {
    name: 'compare',
    verb: 'prove',
    summary: 'say what one policy allows and another does not',
    load: () => import('./commands/compare.ts'),
  },
  {
    name: 'prove',
    verb: 'prove',
    summary: 'prove that policies never allow something',
    load: () => import('./commands/prove.ts'),
  },
  {
    name: 'lint',
    verb: 'prove',
    summary: 'find what is wrong or risky in policy documents, offline',
    load: () => import('./commands/lint.ts'),
  },
  {
    name: 'plan',
    verb: 'apply',
    summary: 'read both sides and show who would gain and lose what',
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'apply',
    verb: 'apply',
    summary: 'make both sides what the access file says',
    load: () => import('./commands/apply.ts'),
  },
  {
    name: 'destroy',
    verb: 'apply',
    summary: 'remove what Stile made for the access file',
    load: () => import('./commands/destroy.ts'),
  },
  {
    name: 'verify',
    verb: 'apply',
    summary: 'try or decide every way in on the live accounts',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'assume',
    verb: 'use',
    summary: 'print temporary credentials of a grant for the shell',
    load: () => import('./commands/assume.ts'),
  },
  {
    name: 'credential-process',
    verb: 'use',
    summary: 'answer AWS tools that ask for the credentials of a grant',
    load: () => import('./commands/credential-process.ts'),
  },
  {
    name: 'exec',
    verb: 'use',
    summary: 'run a command with the credentials of a grant',
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'console',
    verb: 'use',
    summary: 'print the link that opens a grant in the AWS console',
    load: () => import('./commands/console.ts'),
  },
  {
    name: 'docker-login',
    verb: 'use',
    summary: 'let docker, skopeo and buildah sign in to ECR as grants',
    load: () => import('./commands/docker-login.ts'),
  },
  {
    name: 'docker-credential',
    verb: 'use',
    summary: "answer Docker that asks for a registry's password",
    load: () => import('./commands/docker-credential.ts'),
  },
  {
    name: 'push-check',
    verb: 'use',
    summary: 'say beforehand whether a push would be allowed, and why not',
    load: () => import('./commands/push-check.ts'),
  },
  {
    name: 'ci',
    verb: 'use',
    summary: 'print the job with which a build system works as a grant',
    load: () => import('./commands/ci.ts'),
  },
  {
    name: 'keys',
    verb: 'use',
    summary: "keep users' access keys in the keychain, not in a file",
    load: () => import('./commands/keys.ts'),
  },
  {
    name: 'profiles',
    verb: 'use',
    summary: 'write grants as profiles of ~/.aws, list and check them',
    load: () => import('./commands/profiles.ts'),
  },
  {
    name: 'whoami',
    verb: 'use',
    summary: 'who these credentials are, and until when',
    load: () => import('./commands/whoami.ts'),
  },
  {
    name: 'sessions',
    verb: 'use',
    summary: 'what is kept, and until when it holds',
    load: () => import('./commands/sessions.ts'),
  },
  {
    name: 'forget',
    verb: 'use',
    summary: 'remove kept sessions, or an alias',
    load: () => import('./commands/forget.ts'),
  },
  {
    name: 'shell-init',
    verb: 'use',
    summary: 'make `assume NAME` work in the shell, with completion',
    load: () => import('./commands/shell-init.ts'),
  },
  {
    name: 'doctor',
    verb: 'use',
    summary: 'find what is wrong with this machine, and what to do',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'drift',
    verb: 'watch',
    summary: 'find what differs from the access file on either side',
    load: () => import('./commands/drift.ts'),
  },
  {
    name: 'local',
    verb: 'try',
    summary: 'run the embedded AWS on a loopback port',
    load: () => import('./commands/local.ts'),
  },
  {
    name: 'demo',
    verb: 'try',
    summary: 'see every example work on the embedded AWS, without AWS',
    load: () => import('./commands/demo.ts'),
  },
]

export const verbTitles: Readonly<Record<Verb, string>> = {
  declare: 'Declare',
  prove: 'Prove',
  apply: 'Apply',
  use: 'Use',
  watch: 'Watch',
  try: 'Try it without an account',
}
