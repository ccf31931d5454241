import type { Operation } from '../../operation.ts'
import type { Store, Table } from '../../store/store.ts'
import { findPolicyUse } from './attachment-count.ts'
import type { Group, PolicyHolder } from './entities.ts'
import { membersOf } from './group-operations.ts'
import { groupKind, requireHolder, roleKind, userKind } from './holder.ts'
import { noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { requireAttachable } from './managed-policy.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { requireSource } from './policy-source.ts'
import type { Granularity, ServiceRow } from './service-last-accessed.ts'
import { lastAccessRows, renderServiceRow, servicesAllowed } from './service-last-accessed.ts'
import { managedPolicy, type SimulatedPolicy } from './simulated-policy.ts'
import { newUuid } from './unique-id.ts'

/** A report as it was when it was asked for. */
interface Job {
  readonly createdAtMs: number
  readonly granularity: Granularity
  readonly rows: readonly ServiceRow[]
}

const jobsOf = (store: Store, call: IamCall): Table<Job> =>
  store.table('iam.last-accessed-jobs', call.accountId)

interface GenerateInput {
  readonly Arn: string
  readonly Granularity?: Granularity
}

const generateServiceLastAccessedDetails = iamOperation<GenerateInput, object>({
  name: 'GenerateServiceLastAccessedDetails',
  resource: (input) => input.Arn,
  run(input, call) {
    const { policies, entities } = subjectOf(input.Arn, call)
    const services = servicesAllowed(policies.map(({ compiled }) => compiled.policy))
    const JobId = newUuid(call.randomBytes)
    jobsOf(call.store, call).set(JobId, {
      createdAtMs: call.nowMs,
      granularity: input.Granularity ?? 'SERVICE_LEVEL',
      rows: lastAccessRows(services, entities, call),
    })
    return { JobId }
  },
})

interface Subject {
  readonly policies: readonly SimulatedPolicy[]
  /** Users and roles whose calls count. */
  readonly entities: readonly PolicyHolder[]
}

/** What a report is about: a user, a group, a role, or a policy with everybody who has it. */
function subjectOf(arn: string, call: IamCall): Subject {
  if (/^arn:aws:iam::[^:]+:policy\//.test(arn)) {
    requireAttachable(arn, call)
    const use = findPolicyUse(arn, 'PermissionsPolicy', call)
    const members = use.groups.flatMap((group) => membersOf(group as Group, call))
    const entities = [...use.users, ...use.roles, ...members]
    return { policies: managedPolicy(arn, 'identity', call), entities: unique(entities) }
  }
  const { policies } = requireSource(arn, call)
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  if (arn.includes(':group/')) {
    return { policies, entities: membersOf(requireHolder(groupKind, name, call), call) }
  }
  const holder = arn.includes(':user/')
    ? requireHolder(userKind, name, call)
    : requireHolder(roleKind, name, call)
  return { policies, entities: [holder] }
}

function unique(holders: readonly PolicyHolder[]): readonly PolicyHolder[] {
  return [...new Map(holders.map((holder) => [holder.id, holder])).values()]
}

const getServiceLastAccessedDetails = iamOperation<PageInput & { readonly JobId: string }, object>({
  name: 'GetServiceLastAccessedDetails',
  run(input, call) {
    const job = jobsOf(call.store, call).get(input.JobId)
    if (job === undefined) throw noSuchEntity(`The job with id ${input.JobId} cannot be found.`)
    const page = paginate(job.rows, input, (row) => row.service)
    return {
      JobStatus: 'COMPLETED',
      JobType: job.granularity,
      JobCreationDate: new Date(job.createdAtMs),
      JobCompletionDate: new Date(job.createdAtMs),
      ServicesLastAccessed: page.items.map((row) => renderServiceRow(row, job.granularity)),
      ...page.more,
    }
  },
})

export const serviceLastAccessedOperations: readonly Operation[] = [
  generateServiceLastAccessedDetails,
  getServiceLastAccessedDetails,
]
