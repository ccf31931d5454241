import type { AccountId, RequestContext } from '../../../core/index.ts'
import type { AuthorizationQuestion, Call, Operation } from '../../operation.ts'
import { requestTagContext, type Tag } from '../iam/tags.ts'
import { arnOfId } from './arns.ts'
import type { Organization } from './entities.ts'
import { organizationsError } from './organizations-error.ts'
import { delegationsOf, findOrganization, tagsOf } from './tables.ts'

/** A call whose caller is known: Organizations answers nobody else. */
export interface AccountCall extends Call {
  readonly accountId: AccountId
}

/** A call from an account that is in an organization. */
export interface OrganizationCall extends AccountCall {
  readonly organization: Organization
}

/** Who may call, once policies allow it; a reader is the management account or a delegated administrator. */
type CallableBy = 'managementAccount' | 'reader' | 'member'

interface Asking<I, C extends AccountCall> {
  readonly name: string
  /** What is acted on, each by its id in the organization or by its ARN; `*` where it names nothing. */
  readonly on?: (input: I, call: C) => readonly string[]
  readonly context?: (input: I, call: C) => RequestContext
  /** The tags that the call brings: putting them on takes a permission of its own. */
  readonly tags?: (input: I) => readonly Tag[] | undefined
  /** The ARN of what the tags go on, where the call makes it: it has no id yet, so it is any of its kind. */
  readonly made?: (call: C) => string
}

export interface OrganizationOperation<I> extends Asking<I, OrganizationCall> {
  readonly callableBy: CallableBy
  readonly run: (input: I, call: OrganizationCall) => object
}

/** One operation on the caller's own organization. */
export function organizationOperation<I>(row: OrganizationOperation<I>): Operation {
  return {
    service: 'organizations',
    name: row.name,
    authorize(given, call) {
      const input = given as I
      const own = requireAccountCall(call)
      const organization = findOrganization(call.store, own.accountId)
      const asked = { name: `organizations:${row.name}`, tags: row.tags?.(input) ?? [] }
      if (organization === undefined) return questionsOn(['*'], { ...asked, call: own })
      const inside = { ...own, organization }
      const context = row.context?.(input, inside) ?? {}
      const made = row.made?.(inside)
      return questionsOn(row.on?.(input, inside) ?? ['*'], {
        ...asked,
        call: inside,
        context,
        made,
      })
    },
    run(input, call) {
      const own = requireAccountCall(call)
      const organization = findOrganization(call.store, own.accountId)
      if (organization === undefined) {
        throw organizationsError('AWSOrganizationsNotInUseException')
      }
      const inside = { ...own, organization }
      if (!callers[row.callableBy](inside)) throw organizationsError('AccessDeniedException')
      return row.run(input as I, inside)
    },
  }
}

export interface AccountOperation<I> extends Asking<I, AccountCall> {
  /** Of another service, asked as well: `iam:CreateServiceLinkedRole`. */
  readonly alsoAsk?: (call: AccountCall) => readonly AuthorizationQuestion[]
  readonly run: (input: I, call: AccountCall) => object
}

/** One operation for which the caller need not be in an organization. */
export function accountOperation<I>(row: AccountOperation<I>): Operation {
  return {
    service: 'organizations',
    name: row.name,
    authorize(given, call) {
      const input = given as I
      const own = requireAccountCall(call)
      const context = row.context?.(input, own) ?? {}
      const about = { name: `organizations:${row.name}`, tags: [], call: own, context }
      return [...questionsOn(row.on?.(input, own) ?? ['*'], about), ...(row.alsoAsk?.(own) ?? [])]
    },
    run: (input, call) => row.run(input as I, requireAccountCall(call)),
  }
}

const callers: Readonly<Record<CallableBy, (call: OrganizationCall) => boolean>> = {
  managementAccount: isManagementAccount,
  reader: (call) =>
    isManagementAccount(call) ||
    delegationsOf(call.store, call.organization.id).get(call.accountId) !== undefined,
  member: () => true,
}

export function isManagementAccount(call: OrganizationCall): boolean {
  return call.accountId === call.organization.managementAccountId
}

function requireAccountCall(call: Call): AccountCall {
  if (call.caller.kind === 'authenticated') return { ...call, accountId: call.caller.accountId }
  throw organizationsError('AccessDeniedException')
}

interface Asked {
  readonly name: string
  readonly tags: readonly Tag[]
  readonly call: AccountCall & { readonly organization?: Organization }
  readonly context?: RequestContext
  readonly made?: string | undefined
}

/** One question for each thing acted on, and one each for tagging where the call brings tags. */
function questionsOn(things: readonly string[], asked: Asked): readonly AuthorizationQuestion[] {
  const { name, tags, call, made } = asked
  const tagging = 'organizations:TagResource'
  const tagged = made === undefined ? things : [made]
  const pairs = things.map((thing) => [name, thing] as const)
  const further = tagged.map((thing) => [tagging, thing] as const)
  const shared = { ...requestTagContext(tags), ...asked.context }
  return [...pairs, ...(tags.length > 0 && name !== tagging ? further : [])].map(
    ([action, thing]) => ({
      action,
      resource: resourceOf(thing, call),
      // AWS: identity-based policies alone decide, also for a delegated administrator of another account.
      resourceAccount: call.accountId,
      context: { ...tagContextOf(thing, call), ...shared },
    }),
  )
}

function resourceOf(thing: string, { store, organization }: Asked['call']): string {
  if (thing === '*' || thing.startsWith('arn:')) return thing
  const arn = organization === undefined ? undefined : arnOfId(store, organization, thing)
  return arn ?? '*'
}

function tagContextOf(thing: string, { store, organization }: Asked['call']): RequestContext {
  if (organization === undefined) return {}
  const tags = tagsOf(store, organization.id).get(thing) ?? {}
  const pairs = Object.entries(tags)
  return Object.fromEntries(pairs.map(([key, value]) => [`aws:ResourceTag/${key}`, value]))
}
