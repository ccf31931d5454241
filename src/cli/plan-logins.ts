import { type AccessFile, explainAccess, findAccessFile } from '../access/index.ts'
import { parseArn } from '../core/index.ts'
import {
  loopbackHost,
  parseRegistryHost,
  type RegistryEntry,
  registryHosts,
  type StsEndpoint,
} from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command.ts'
import { openTarget } from './grant-session.ts'
import { describeProblems, requireAccess } from './load-access.ts'
import { chooseEcrEndpoint, rememberTarget } from './registry-login.ts'
import { resolveTarget, type SessionTarget, type TargetRequest } from './session-target.ts'

/** One session that signs in to registries of one region. */
export interface RegistryLogin {
  readonly target: SessionTarget
  readonly request: TargetRequest
  readonly endpoint: StsEndpoint
  readonly hosts: readonly string[]
  readonly entry: Omit<RegistryEntry, 'host'>
}

/** Which registries are signed in to as whom. Two grants for one registry are a usage error: a person has to choose. */
export async function planLogins(
  names: readonly string[],
  request: TargetRequest,
): Promise<readonly RegistryLogin[]> {
  const access = await accessIfThere(names, request)
  const chosen = names.length > 0 ? names : grantsThatSignIn(access, request.context)
  const logins: RegistryLogin[] = []
  for (const name of chosen) {
    for (const options of optionsOf(name, access, request)) {
      logins.push(...(await loginsOf(name, { ...request, options })))
    }
  }
  return withoutSharedHosts(logins)
}

async function accessIfThere(
  names: readonly string[],
  { context, options }: TargetRequest,
): Promise<AccessFile | undefined> {
  const isThere = options.file !== undefined || findAccessFile(context.cwd) !== undefined
  return isThere || names.length === 0 ? requireAccess(options, context) : undefined
}

/** Every grant whose role may ask for a registry's password, by the file's own documents. */
function grantsThatSignIn(
  access: AccessFile | undefined,
  { nowMs }: CommandContext,
): readonly string[] {
  const names = (access?.grants ?? []).map(({ name }) => name)
  const able = names.filter(
    (name) => access !== undefined && maySignIn(access, { subject: name, nowMs: nowMs() }),
  )
  if (able.length > 0) return able
  throw new CliError('no grant of the access file may sign in to ECR', {
    remedy: 'it takes `ecr:GetAuthorizationToken` on `*`',
  })
}

/** Whether a grant's role may ask ECR for a password; `account` is by name. */
export function maySignIn(
  access: AccessFile,
  who: { readonly subject: string; readonly account?: string; readonly nowMs: number },
): boolean {
  const action = 'ecr:GetAuthorizationToken'
  const answer = explainAccess(access, { ...who, action, resource: '*', context: {} })
  if (answer.kind === 'problems') throw new CliError(describeProblems(answer.problems))
  return answer.kind === 'explained' && answer.explanation.decision.kind === 'allow'
}

/** One per account where the name is a grant that reaches several. */
function optionsOf(
  name: string,
  access: AccessFile | undefined,
  { options }: TargetRequest,
): readonly TargetRequest['options'][] {
  const accounts = access?.grants.find((grant) => grant.name === name)?.to.accounts ?? []
  if (accounts.length < 2 || options.account !== undefined) return [options]
  return accounts.map((account) => ({ ...options, account: account.name }))
}

async function loginsOf(name: string, request: TargetRequest): Promise<readonly RegistryLogin[]> {
  const target = await resolveTarget(name, request)
  const { region: own, endpointUrl } = await chooseEcrEndpoint(target, request)
  const named = listOf(request.options.registry)
  if (named.length > 0) {
    return named.map((host) => {
      const region = parseRegistryHost(host)?.region ?? own
      return loginOf(target, request, { region, endpointUrl, hosts: [host] })
    })
  }
  const accountId = await accountOf(target, request)
  const regions = [...new Set([own, ...listOf(request.options.regions)])]
  return regions.map((region) => {
    const hosts = registryHosts({ accountId, region }, endpointUrl)
    return loginOf(target, request, { region, endpointUrl, hosts })
  })
}

interface Registries {
  readonly region: string
  readonly endpointUrl: string | undefined
  readonly hosts: readonly string[]
}

function loginOf(
  target: SessionTarget,
  request: TargetRequest,
  { region, endpointUrl, hosts }: Registries,
): RegistryLogin {
  const isAsked = typeof request.options.endpointUrl === 'string'
  // AWS itself is found by whatever the environment says when Docker asks.
  const isKept = endpointUrl !== undefined && (isAsked || loopbackHost(endpointUrl) !== undefined)
  return {
    target,
    request,
    endpoint: { region, ...(endpointUrl === undefined ? {} : { endpointUrl }) },
    hosts,
    entry: { ...rememberTarget(target, request), region, ...(isKept ? { endpointUrl } : {}) },
  }
}

/** Whose registry it is: the account of the role, or of who one is. */
async function accountOf(target: SessionTarget, request: TargetRequest): Promise<string> {
  if (target.account !== undefined) return target.account.id
  const arn = target.plan.hops.at(-1)?.roleArn ?? (await openTarget(target, request)).arn
  return parseArn(arn)?.accountId ?? ''
}

/** A host that several accounts of an embedded AWS share belongs to none of them; two grants for one are a mistake. */
function withoutSharedHosts(logins: readonly RegistryLogin[]): readonly RegistryLogin[] {
  const users = new Map<string, readonly string[]>()
  for (const { hosts, target } of logins) {
    for (const host of hosts) users.set(host, [...(users.get(host) ?? []), target.plan.name])
  }
  const isShared = (host: string): boolean => (users.get(host)?.length ?? 0) > 1
  return logins.map((login) => {
    const hosts = login.hosts.filter((host) => !isShared(host))
    const [host = ''] = login.hosts
    if (hosts.length > 0) return { ...login, hosts }
    throw new CliError(`several grants reach ${host}: ${users.get(host)?.join(', ')}`, {
      remedy: 'name the one that is to sign in there',
    })
  })
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
