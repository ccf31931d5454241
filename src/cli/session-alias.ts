import { renderSource, saveAlias } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import { loadCandidates } from './picker-candidates.ts'
import type { SessionTarget, TargetRequest } from './session-target.ts'

/** The name that `--alias` gives, checked before anything is asked of AWS; undefined where none is given. */
export async function requireAliasable(
  { plan }: SessionTarget,
  request: TargetRequest,
): Promise<string | undefined> {
  const { alias } = request.options
  if (typeof alias !== 'string') return undefined
  if (!/^[\w.+-]+$/.test(alias)) {
    throw new CliError(`\`${alias}\` cannot be an alias`, {
      remedy: 'use letters, digits and -_.+',
    })
  }
  if (plan.hops.length !== 1) {
    throw new CliError('an alias stands for one role, entered directly', {
      remedy: 'for a chain write profiles with `source_profile`, and use their name',
    })
  }
  const { list } = await loadCandidates(request)
  const taken = list.find(({ name, kind }) => name === alias && kind !== 'alias')
  if (taken === undefined) return alias
  throw new CliError(`\`${alias}\` is a ${taken.kind} already`, { remedy: 'choose another name' })
}

/** Keeps the role under that name, with what it takes to enter it. Answers what to say. */
export async function keepAlias(
  alias: string,
  { plan }: SessionTarget,
  { context }: TargetRequest,
): Promise<string> {
  const [hop] = plan.hops
  if (hop === undefined) throw new Error('bug: an alias of no role')
  const profile = renderSource(plan.source)
  await saveAlias(context.environment, alias, {
    roleArn: hop.roleArn,
    ...(profile === undefined ? {} : { profile }),
    ...(hop.externalId === undefined ? {} : { externalId: hop.externalId }),
  })
  return `\`${alias}\` stands for ${hop.roleArn} from now on`
}
