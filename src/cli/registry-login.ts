import { parse, resolve } from 'node:path'
import {
  obtainRegistryPassword,
  profileSetting,
  type RegistryEntry,
  type RegistryPassword,
  type StsEndpoint,
} from '../session/index.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { noSession, obtainTools } from './grant-session.ts'
import { askOnTerminal } from './mfa-question.ts'
import { resolveTarget, type SessionTarget, type TargetRequest } from './session-target.ts'

/** Flags of a session that are kept for a registry. What holds once only, such as a code, is not among them. */
const keptFlags = [
  ...['account', 'profile', 'via', 'duration', 'sessionName', 'externalId', 'sourceIdentity'],
  ...['tag', 'transitiveTag', 'policy', 'policyArn', 'readOnly', 'mfaSerial', 'cache'],
]

/** What has to be remembered so that the same session is opened again from anywhere. */
export function rememberTarget(
  target: SessionTarget,
  { context, options }: TargetRequest,
): Pick<RegistryEntry, 'name' | 'file' | 'flags'> {
  const flags = keptFlags.flatMap((key) => {
    const value = options[key]
    if (value === undefined) return []
    return [[key, key === 'policy' ? resolve(context.cwd, String(value)) : value] as const]
  })
  const [file] = target.inputs
  return {
    name: target.plan.name,
    ...(target.grant === undefined || file === undefined
      ? {}
      : { file: resolve(context.cwd, file) }),
    flags: Object.fromEntries(flags) as RegistryEntry['flags'],
  }
}

/** The target that a registry was signed in with. */
export async function recallTarget(
  entry: RegistryEntry,
  context: CommandContext,
): Promise<{ readonly target: SessionTarget; readonly request: TargetRequest }> {
  const { file, region, endpointUrl, flags } = entry
  const options = {
    ...flags,
    region,
    ...(file === undefined ? {} : { file }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  }
  // Where Docker happens to run, an access file is not the one that was meant.
  const request = { context: { ...context, cwd: parse(context.cwd).root }, options }
  return { target: await resolveTarget(entry.name, request), request }
}

/** The kept password of the registry, or a new one. What goes wrong is a `CliError`. */
export async function openRegistry(
  target: SessionTarget,
  request: TargetRequest,
  endpoint: StsEndpoint,
): Promise<RegistryPassword> {
  const { options } = request
  const tools = {
    ...obtainTools(request),
    askMfaCode: async (serialNumber: string) =>
      options.mfa === undefined ? askOnTerminal(serialNumber, options) : String(options.mfa),
  }
  const outcome = await obtainRegistryPassword(target.plan, endpoint, tools)
  if (outcome.kind === 'password') return outcome.password
  throw noSession(outcome)
}

/** Where ECR is: flags win over the environment, the environment over the profile; else AWS. */
export async function chooseEcrEndpoint(
  target: SessionTarget,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<StsEndpoint> {
  const { environment } = context
  const { plan } = target
  const profile = plan.source.kind === 'profile' ? plan.source.profile : undefined
  const ofProfile =
    profile === undefined
      ? undefined
      : await profileSetting({ profile, environment }, 'endpoint_url')
  const endpointUrl =
    (typeof options.endpointUrl === 'string' ? options.endpointUrl : undefined) ||
    environment.AWS_ENDPOINT_URL_ECR ||
    environment.AWS_ENDPOINT_URL ||
    ofProfile
  const region = options.region === undefined ? target.account?.region : undefined
  return { region: region ?? plan.endpoint.region, ...(endpointUrl ? { endpointUrl } : {}) }
}
