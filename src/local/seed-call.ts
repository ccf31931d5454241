import type { AccountId } from '../core/index.ts'
import type { Call, LocalTools, Operation, ServiceName } from './operation.ts'
import { iamOperations } from './services/iam/index.ts'
import { organizationsOperations } from './services/organizations/index.ts'

export interface SeedStep {
  readonly service: Extract<ServiceName, 'iam' | 'organizations'>
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * Runs an operation as the root user of an account would, without asking whether it may: what a server starts with is
 * made by the operations that clients call, with their checks. Only inside `transact`.
 */
export function runSeedStep(tools: LocalTools, accountId: AccountId, step: SeedStep): object {
  const { service, name, input } = step
  const operation = operations[service].find((each) => each.name === name)
  if (operation === undefined) throw new Error(`bug: no operation ${service}:${name}`)
  return operation.run(input, rootCall(tools, { accountId, service, operation: name }))
}

const operations: Readonly<Record<SeedStep['service'], readonly Operation[]>> = {
  iam: iamOperations,
  organizations: organizationsOperations,
}

interface RootCall {
  readonly accountId: AccountId
  readonly service: ServiceName
  readonly operation: string
}

/** A call as an account's root user makes it, by which the server does something itself. */
export function rootCall(tools: LocalTools, { accountId, service, operation }: RootCall): Call {
  return {
    ...tools,
    service,
    operation,
    caller: {
      kind: 'authenticated',
      principal: { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
      accountId,
      accessKeyId: '',
      userId: accountId,
    },
    region: 'us-east-1',
    requestId: 'seed',
    endpoint: '',
    nowMs: tools.clock.nowMs(),
    sourceIp: '127.0.0.1',
    headers: {},
  }
}
