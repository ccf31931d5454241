import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { canResourceMatch, findAction } from '../../../catalog/index.ts'
import { parseAccountId } from '../../../core/index.ts'
import type { Call, LocalTools } from '../../operation.ts'
import { loadService } from '../../protocol/load-service.ts'
import { DiskBlobStore } from '../../store/disk-blob-store.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { addAccount } from '../iam/accounts.ts'
import { organizationsOperations } from './index.ts'

const blobs = new DiskBlobStore({ randomBytes })
afterAll(() => blobs.stop())

const clock = { nowMs: () => Date.UTC(2026, 0, 1) }
const tools: LocalTools = { clock, randomBytes, store: createMemoryStore(), blobs }
const accountId = parseAccountId('111111111111')
if (accountId === undefined) throw new Error('no account id')
addAccount(tools, { id: accountId })
const arn = `arn:aws:iam::${accountId}:root`

const call: Call = {
  ...tools,
  service: 'organizations',
  operation: '',
  caller: {
    kind: 'authenticated',
    principal: { kind: 'root', accountId, arn },
    accountId,
    accessKeyId: 'AKIA',
    userId: accountId,
  },
  region: 'us-east-1',
  requestId: 'r',
  endpoint: 'http://127.0.0.1',
  nowMs: clock.nowMs(),
  sourceIp: '127.0.0.1',
  headers: {},
}

function run<O>(name: string, input: Record<string, unknown> = {}): O {
  const found = organizationsOperations.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return tools.store.transact(() => found.run(input, call)) as O
}

run('CreateOrganization')
const { Roots } = run<{ Roots: { Id: string }[] }>('ListRoots')
const rootId = Roots[0]?.Id ?? ''
const unit = run<{ OrganizationalUnit: { Id: string } }>('CreateOrganizationalUnit', {
  ParentId: rootId,
  Name: 'unit',
}).OrganizationalUnit.Id
const policy = run<{ Policy: { PolicySummary: { Id: string } } }>('CreatePolicy', {
  Name: 'policy',
  Description: '',
  Type: 'SERVICE_CONTROL_POLICY',
  Content: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  }),
}).Policy.PolicySummary.Id
const handshake = run<{ Handshake: { Id: string } }>('InviteAccountToOrganization', {
  Target: { Type: 'EMAIL', Id: 'somebody@example.org' },
}).Handshake.Id

/** Something of everything; each operation gets what it takes. */
const input: Readonly<Record<string, unknown>> = {
  AccountId: accountId,
  ChildId: unit,
  ParentId: rootId,
  SourceParentId: rootId,
  DestinationParentId: unit,
  OrganizationalUnitId: unit,
  RootId: rootId,
  PolicyId: policy,
  PolicyType: 'SERVICE_CONTROL_POLICY',
  Type: 'SERVICE_CONTROL_POLICY',
  Filter: 'SERVICE_CONTROL_POLICY',
  ServicePrincipal: 'sso.amazonaws.com',
  TargetId: accountId,
  ResourceId: policy,
  HandshakeId: handshake,
  Target: { Type: 'ACCOUNT', Id: '222222222222' },
  Tags: [{ Key: 'team', Value: 'red' }],
  TagKeys: ['team'],
}

const model = loadService('organizations')

function inputOf(name: string): Record<string, unknown> {
  const members = model.operations.get(name)?.input?.members ?? []
  return Object.fromEntries(members.map((member) => [member.name, input[member.name]]))
}

/** Where AWS takes a resource for an action, it is never asked on `*`. */
function needsResource(action: string): boolean {
  return findAction(action)?.resourceTypes.some(({ required }) => required) ?? false
}

test.each(organizationsOperations.map((operation) => [operation.name, operation] as const))(
  '%s asks for the actions that AWS names, on resources that they take',
  (name, operation) => {
    const asked = operation.authorize(inputOf(name), call)
    expect(asked[0]?.action).toBe(`organizations:${name}`)
    for (const { action, resource, resourceAccount, context = {} } of asked) {
      expect(findAction(action)?.name).toBe(action)
      expect(resourceAccount).toBe(accountId)
      if (resource !== '*')
        expect([action, resource, canResourceMatch(action, resource)]).toEqual([
          action,
          resource,
          true,
        ])
      else expect([action, needsResource(action)]).toEqual([action, false])
      for (const key of Object.keys(context).filter((one) => one.startsWith('organizations:'))) {
        expect(findAction(action)?.conditionKeys).toContain(key)
      }
    }
  },
)
