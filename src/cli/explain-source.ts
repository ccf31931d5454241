import {
  type Decision,
  type Explanation,
  explain,
  type Flip,
  flip,
  ownerOf,
  type Principal,
  parseAccountId,
  requestFor,
} from '../core/index.ts'
import { CliError } from './cli-error.ts'
import type { DeniedRequest, StatedReason } from './explain-denied-message.ts'
import { type FoundAsker, findAsker, type PolicySource, resourceArn } from './policy-source.ts'
import { layContext } from './request-context.ts'

/** An answer, how to turn it around, and what it was given without knowing. */
export interface Explained {
  readonly explanation: Explanation
  readonly flip: Flip
  readonly notes: readonly string[]
}

export interface SourceQuestion {
  readonly subject: string
  readonly action: string
  readonly resource: string
  readonly resourceAccount?: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

/** Decides a request with everything that a source knows of both sides. */
export function explainInSource(source: PolicySource, question: SourceQuestion): Explained {
  const { index } = source
  const { action, context, subject } = question
  const resource = resourceArn(source, question.resource)
  const account = parseAccountId(question.resourceAccount ?? '')
  const asked = {
    action,
    resource,
    context,
    ...(account === undefined ? {} : { resourceAccount: account }),
  }
  const { asker, who, standing } = requireAsker(source, subject)
  const made = requestFor(index, asker, asked)
  if (made === undefined) {
    throw new CliError(`whose \`${resource}\` is, its ARN does not tell`, {
      remedy: 'say it with --resource-account',
    })
  }
  const owner = ownerOf(index, asked) ?? ''
  const hasPolicy = made.layers.resource !== null
  const own = 'accountId' in asker.principal ? asker.principal.accountId : undefined
  return {
    explanation: explain(made.request, made.layers),
    flip: flip(made.request, made.layers),
    notes: [
      ...(standing === 'unknown' ? [`not known: ${who}; it counts as holding nothing`] : []),
      ...[...new Set([own, owner])]
        .filter((id) => id !== undefined && id !== '' && !index.estate.accounts.has(id))
        .map((id) => `not read: the account ${id}; what is there counts as nothing`),
      ...(hasPolicy || resource === '*'
        ? []
        : [`not read: whether \`${resource}\` has a policy of its own`]),
      ...index.estate.unread.map((what) => `not read: ${what}`),
    ],
  }
}

/** Explains what AWS refused, and says where the policies that are known here would have answered otherwise. */
export function explainDenied(
  source: PolicySource,
  denied: DeniedRequest,
  more: SourceMore,
): Explained {
  const { principal, action, resource } = { ...denied, ...more.instead }
  if (principal === undefined || action === undefined || resource === undefined) {
    throw new CliError(`the request cannot be reconstructed\n  ${denied.lost.join('\n  ')}`, {
      remedy: 'add what is lost: `stile explain --denied FILE PRINCIPAL ACTION RESOURCE`',
    })
  }
  const resourceAccount = more.resourceAccount ?? denied.resourceAccount
  const explained = explainInSource(source, {
    subject: principal,
    action,
    resource,
    ...(resourceAccount === undefined ? {} : { resourceAccount }),
    context: layContext(layContext(more.time, denied.context), more.context),
  })
  const { decision } = explained.explanation
  const lost = denied.lost.map((what) => `not reconstructed: ${what}`)
  return { ...explained, notes: [...compare(decision, denied.stated), ...lost, ...explained.notes] }
}

export interface SourceMore {
  /** What the user gives in place of what is lost. */
  readonly instead: {
    readonly principal?: string
    readonly action?: string
    readonly resource?: string
  }
  readonly resourceAccount?: string
  readonly context: SourceQuestion['context']
  /** `aws:CurrentTime`, where the refusal does not tell when it was. */
  readonly time: SourceQuestion['context']
}

function requireAsker(source: PolicySource, subject: string): FoundAsker {
  const bare = (principal: Principal): FoundAsker => ({
    who: subject,
    asker: { principal, identity: [], boundary: null },
    standing: 'outside',
  })
  if (subject === 'anonymous') return bare({ kind: 'anonymous' })
  if (/^[\w.-]+\.amazonaws\.com$/.test(subject)) return bare({ kind: 'service', service: subject })
  const found = findAsker(source, subject)
  if (found !== undefined) return found
  throw new CliError(`\`${subject}\` is nobody that is known here`, {
    remedy: 'name a principal by its ARN or as ACCOUNT:role/NAME',
  })
}

/** AWS's names of the layers. */
const layersByName: ReadonlyMap<string, string> = new Map([
  ['identity-based policy', 'identity'],
  ['resource-based policy', 'resource'],
  ['role trust policy', 'trust'],
  ['permissions boundary', 'boundary'],
  ['session policy', 'session'],
  ['service control policy', 'scp'],
  ['resource control policy', 'rcp'],
  ['VPC endpoint policy', 'vpce'],
])

function compare(decision: Decision, stated: StatedReason | undefined): readonly string[] {
  const said = stated === undefined ? '' : describe(stated)
  if (decision.kind === 'allow') {
    const why = said === '' ? 'AWS refused it' : `AWS says: ${said}`
    return [`${why}, and the policies known here allow it: what refuses is not among them`]
  }
  if (stated === undefined) return []
  const layer = layersByName.get(stated.policy)
  const layers =
    decision.kind === 'implicitDeny' ? [decision.missing] : decision.by.map((ref) => ref.layer)
  const isSame =
    decision.kind === stated.kind && (layer === undefined || layers.some((own) => own === layer))
  const differs = 'the policies known here refuse it elsewhere: there is more to change than this'
  return [isSame ? `AWS says so too: ${said}` : `AWS says: ${said}; ${differs}`]
}

function describe({ kind, policy, arn }: StatedReason): string {
  const which = arn === undefined ? policy : `${policy} ${arn}`
  return kind === 'explicitDeny' ? `an explicit deny in a ${which}` : `no ${which} allows it`
}
