import type { Operation } from '../../operation.ts'
import type { Store, Table } from '../../store/store.ts'
import type { Role } from './entities.ts'
import { findHolder, holderArn, holderContext, roleKind, saveHolder } from './holder.ts'
import { invalidInput, limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import type { LinkedService } from './linked-services.ts'
import { linkedServices } from './linked-services.ts'
import { newArn } from './names.ts'
import { iamQuotas } from './quotas.ts'
import { forgetRole, renderRole, requireTrustPolicy } from './role.ts'
import { isServiceLinked, linkedPathOf } from './service-linked-role.ts'
import { principalPlacesOf, rolesOf } from './tables.ts'
import { newUniqueId, newUuid } from './unique-id.ts'

interface CreateInput {
  readonly AWSServiceName: string
  readonly Description?: string
  readonly CustomSuffix?: string
}

const createServiceLinkedRole = iamOperation<CreateInput, object>({
  name: 'CreateServiceLinkedRole',
  resource(input, call) {
    const name = roleNameOf(linkedServices.get(input.AWSServiceName), input)
    return newArn(call, { word: 'role', path: linkedPathOf(input.AWSServiceName), name })
  },
  context: (input) => ({ 'iam:AWSServiceName': input.AWSServiceName }),
  run(input, call) {
    const service = requireService(input)
    const name = roleNameOf(service, input)
    if (findHolder(roleKind, name, call) !== undefined) {
      const taken = `Service role name ${name} has been taken in this account`
      throw invalidInput(`${taken}, please try a different suffix.`)
    }
    if (rolesOf(call.store, call.accountId).size >= iamQuotas.roles) {
      throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${iamQuotas.roles}`)
    }
    const role = newLinkedRole({ service, name, description: input.Description }, call)
    saveHolder(roleKind, role, call)
    const { accountId, arn } = role
    principalPlacesOf(call.store).set(role.id, { kind: 'role', accountId, name, arn })
    return { Role: renderRole(role, call) }
  },
})

function roleNameOf(service: LinkedService | undefined, input: CreateInput): string {
  const suffix = input.CustomSuffix === undefined ? '' : `_${input.CustomSuffix}`
  return `${service?.roleName ?? ''}${suffix}`
}

function requireService(input: CreateInput): LinkedService {
  const service = linkedServices.get(input.AWSServiceName)
  if (service === undefined) {
    throw invalidInput(`No service-linked role of ${input.AWSServiceName} is known`)
  }
  if (input.CustomSuffix === undefined || service.takesSuffix) return service
  throw invalidInput(`Custom suffix is not allowed for ${input.AWSServiceName}`)
}

interface NewLinkedRole {
  readonly service: LinkedService
  readonly name: string
  readonly description: string | undefined
}

function newLinkedRole({ service, name, description }: NewLinkedRole, call: IamCall): Role {
  const path = linkedPathOf(service.principal)
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service.principal },
        Action: 'sts:AssumeRole',
      },
    ],
  }
  return {
    id: newUniqueId('role', call.randomBytes),
    name,
    path,
    arn: newArn(call, { word: 'role', path, name }),
    accountId: call.accountId,
    createdAtMs: call.nowMs,
    tags: {},
    inlinePolicies: {},
    attachedPolicyArns: [`arn:aws:iam::aws:policy/aws-service-role/${service.policyName}`],
    maxSessionDurationSeconds: 3600,
    trustPolicy: requireTrustPolicy(JSON.stringify(trust), call),
    ...(description === undefined ? {} : { description }),
  }
}

interface NameInput {
  readonly RoleName: string
}

/** When each deletion was asked for, by its task's id: what is asked for is done at once here. */
const deletionTasksOf = (store: Store, call: IamCall): Table<number> =>
  store.table('iam.role-deletions', call.accountId)

const deleteServiceLinkedRole = iamOperation<NameInput, object>({
  name: 'DeleteServiceLinkedRole',
  resource: (input, call) => holderArn(roleKind, input.RoleName, call),
  context: (input, call) => holderContext(findHolder(roleKind, input.RoleName, call)),
  run(input, call) {
    const role = findHolder(roleKind, input.RoleName, call)
    if (role === undefined || !isServiceLinked(role)) {
      throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`)
    }
    forgetRole(role, call)
    const DeletionTaskId = `task${role.path}${role.name}/${newUuid(call.randomBytes)}`
    deletionTasksOf(call.store, call).set(DeletionTaskId, call.nowMs)
    return { DeletionTaskId }
  },
})

interface TaskInput {
  readonly DeletionTaskId: string
}

const getServiceLinkedRoleDeletionStatus = iamOperation<TaskInput, object>({
  name: 'GetServiceLinkedRoleDeletionStatus',
  resource(input, call) {
    const parts = /^task(\/aws-service-role\/[^/]+\/)([^/]+)\//.exec(input.DeletionTaskId)
    return newArn(call, { word: 'role', path: parts?.[1] ?? '/', name: parts?.[2] ?? '' })
  },
  run(input, call) {
    if (deletionTasksOf(call.store, call).get(input.DeletionTaskId) !== undefined) {
      return { Status: 'SUCCEEDED' }
    }
    throw noSuchEntity(`The deletion task ${input.DeletionTaskId} cannot be found.`)
  },
})

export const serviceLinkedRoleOperations: readonly Operation[] = [
  createServiceLinkedRole,
  deleteServiceLinkedRole,
  getServiceLinkedRoleDeletionStatus,
]
