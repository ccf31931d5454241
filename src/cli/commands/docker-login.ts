import {
  changeDockerConfig,
  changeRegistries,
  dockerConfigPath,
  loadRegistries,
  type RegistryEntry,
} from '../../session/index.ts'
import { accountOption } from '../choose-account.ts'
import { CliError } from '../cli-error.ts'
import { type Command, type CommandContext, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { createOutput, type Output } from '../output.ts'
import { findProgram } from '../own-command.ts'
import { planLogins, type RegistryLogin } from '../plan-logins.ts'
import { openRegistry } from '../registry-login.ts'
import { sessionOptions } from '../session-options.ts'

export const command: Command = {
  args: [{ usage: '[names...]', summary: "grants, roles' ARNs or profiles; else all that may" }],
  options: [
    commonOptions.file,
    accountOption,
    {
      flags: '--regions <region...>',
      summary: "regions of the registries, beside the grant's own",
    },
    { flags: '--registry <host...>', summary: 'these registries, such as those of other accounts' },
    { flags: '--print', summary: 'print what Docker would be told, and change nothing' },
    { flags: '--remove', summary: 'undo it for these names, or for all' },
    ...sessionOptions,
    commonOptions.endpointUrl,
    commonOptions.region,
  ],
  examples: ['stile docker-login push-images --profile gitlab-runner'],
  details:
    "Makes `docker-credential-stile` the credential helper of each registry in Docker's config.json, which skopeo, podman and buildah read as well. Passwords are got when they are needed, for the grant that reaches the registry; none is written into that file. Without names it takes every grant of the access file that may sign in to ECR.",
  run: async ({ args, options }, context) => {
    const output = createOutput(context, options)
    if (options.remove === true) {
      await removeLogins(args, { context, output })
      return exitCodes.done
    }
    const logins = await planLogins(args, { context, options })
    if (options.print === true) {
      const helpers = logins.flatMap(({ hosts }) => hosts.map((host) => [host, 'stile']))
      output.json({ credHelpers: Object.fromEntries(helpers) })
      return exitCodes.done
    }
    for (const { target, request, endpoint, hosts } of logins) {
      const { arn, expiresAtMs } = await openRegistry(target, request, endpoint)
      const until = new Date(expiresAtMs).toISOString()
      for (const host of hosts) output.print(`${host}  ${target.plan.name}`)
      output.say(`  ${arn} until ${until}`)
    }
    await rememberLogins(logins, { context, output })
    return exitCodes.done
  },
}

interface Place {
  readonly context: CommandContext
  readonly output: Output
}

/** First what the helper knows, then that Docker asks it: in between Docker asks nobody new. */
async function rememberLogins(
  logins: readonly RegistryLogin[],
  { context, output }: Place,
): Promise<void> {
  const { environment } = context
  const entries = logins.flatMap(({ hosts, entry }) =>
    hosts.map((host): RegistryEntry => ({ host, ...entry })),
  )
  const hosts = entries.map(({ host }) => host)
  await changeRegistries(environment, (all) => [
    ...all.filter(({ host }) => !hosts.includes(host)),
    ...entries,
  ])
  const edit = await changeDockerConfig(environment, { add: hosts, remove: [] })
  output.say(`\`${dockerConfigPath(environment)}\` names docker-credential-stile for them`)
  for (const host of edit.replaced) output.say(`${host}: another helper was in its place`)
  for (const host of edit.withPassword) {
    output.say(`${host}: that file also holds a password, which \`docker logout ${host}\` removes`)
  }
  if (findProgram('docker-credential-stile', environment) === undefined) {
    output.say('docker-credential-stile is not in the search path yet: Docker must find it there')
  }
}

async function removeLogins(names: readonly string[], { context, output }: Place): Promise<void> {
  const { environment } = context
  const all = await loadRegistries(environment)
  const isGone = ({ name, host }: RegistryEntry): boolean =>
    names.length === 0 || names.includes(name) || names.includes(host)
  const gone = all.filter(isGone)
  if (gone.length === 0) throw new CliError('Stile signs in to no such registry')
  await changeDockerConfig(environment, { add: [], remove: gone.map(({ host }) => host) })
  await changeRegistries(environment, (present) => present.filter((each) => !isGone(each)))
  for (const { host } of gone) output.print(`${host}  no longer`)
}
