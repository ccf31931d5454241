import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, refused } from '../support/refused.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let iam: IAMClient
beforeAll(async () => {
  world = await startTwoAccounts()
  iam = world.iam(world.root(world.home))
})
afterAll(() => world.stop())

const create = (AWSServiceName: string, more: object = {}) =>
  iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName, ...more }))
const everything = policyText({ Effect: 'Allow', Action: '*', Resource: '*' })
const trustInAll = policyText({
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: 'sts:AssumeRole',
})

describe('service-linked roles', () => {
  const RoleName = 'AWSServiceRoleForBatch'
  const arn = `arn:aws:iam::111111111111:role/aws-service-role/batch.amazonaws.com/${RoleName}`

  test('one is made with the path, trust and policy of its service', async () => {
    const { Role } = await create('batch.amazonaws.com')
    expect(Role).toMatchObject({
      RoleName,
      Arn: arn,
      Path: '/aws-service-role/batch.amazonaws.com/',
    })
    const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))
    expect(trust.Statement[0].Principal).toEqual({ Service: 'batch.amazonaws.com' })
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    expect(AttachedPolicies).toEqual([
      {
        PolicyName: 'BatchServiceRolePolicy',
        PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy',
      },
    ])
    const taken = `Service role name ${RoleName} has been taken in this account`
    expect(await refused(create('batch.amazonaws.com'))).toEqual(
      refusal('InvalidInput', 400, `${taken}, please try a different suffix.`),
    )
  })

  const boundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  test.each([
    ['trust', () => new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustInAll })],
    [
      'inline policy',
      () => new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: everything }),
    ],
    ['policy', () => new AttachRolePolicyCommand({ RoleName, PolicyArn: boundary })],
    [
      'own policy',
      () =>
        new DetachRolePolicyCommand({
          RoleName,
          PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy',
        }),
    ],
    [
      'boundary',
      () => new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary }),
    ],
    ['duration', () => new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 })],
    ['existence', () => new DeleteRoleCommand({ RoleName })],
  ] as const)('its account cannot change its %s', async (_what, command) => {
    const message = `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`
    expect(await refused(iam.send(command() as DeleteRoleCommand))).toEqual(
      refusal('UnmodifiableEntity', 400, message),
    )
  })

  test('it is deleted by a task that tells how it went', async () => {
    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }))
    expect(DeletionTaskId).toMatch(
      /^task\/aws-service-role\/batch\.amazonaws\.com\/AWSServiceRoleForBatch\/[0-9a-f-]{36}$/,
    )
    const status = new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId })
    expect((await iam.send(status)).Status).toBe('SUCCEEDED')
    expect(await refused(iam.send(new GetRoleCommand({ RoleName })))).toMatchObject({
      Error: { Code: 'NoSuchEntity' },
    })
  })

  test('suffixes are for some services alone', async () => {
    const { Role } = await create('autoscaling.amazonaws.com', { CustomSuffix: 'blue' })
    expect(Role?.RoleName).toBe('AWSServiceRoleForAutoScaling_blue')
    expect(await refused(create('nothing.amazonaws.com'))).toMatchObject({
      Error: { Code: 'InvalidInput' },
    })
    expect(await refused(create('rds.amazonaws.com', { CustomSuffix: 'x' }))).toEqual(
      refusal('InvalidInput', 400, 'Custom suffix is not allowed for rds.amazonaws.com'),
    )
  })

  test('a plain role is no service-linked one', async () => {
    const RoleName = 'plain'
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustInAll }))
    expect(await refused(iam.send(new DeleteServiceLinkedRoleCommand({ RoleName })))).toEqual(
      refusal('NoSuchEntity', 404, 'The role with name plain cannot be found.'),
    )
    const PolicyArn = 'arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy'
    expect(await refused(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })))).toEqual(
      refusal(
        'PolicyNotAttachable',
        400,
        'Cannot attach a Service Role Policy to a Customer Role.',
      ),
    )
  })

  test.each(['/aws-service-role/batch.amazonaws.com/', '/aws-reserved/sso.amazonaws.com/'])(
    'nobody makes a role under %s',
    async (Path) => {
      const role = { RoleName: 'sneaky', AssumeRolePolicyDocument: trustInAll, Path }
      expect(await refused(iam.send(new CreateRoleCommand(role)))).toMatchObject({
        Error: { Code: 'ValidationError' },
      })
    },
  )

  test('the service may be a condition', async () => {
    const keys = await world.newUser(world.home, 'linker')
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'linker',
        PolicyName: 'link',
        PolicyDocument: policyText({
          Effect: 'Allow',
          Action: 'iam:CreateServiceLinkedRole',
          Resource: '*',
          Condition: { StringEquals: { 'iam:AWSServiceName': 'ecs.amazonaws.com' } },
        }),
      }),
    )
    const link = (AWSServiceName: string) =>
      world.iam(keys).send(new CreateServiceLinkedRoleCommand({ AWSServiceName }))
    expect(await refused(link('rds.amazonaws.com'))).toMatchObject({
      Error: { Code: 'AccessDenied' },
    })
    expect((await link('ecs.amazonaws.com')).Role?.RoleName).toBe('AWSServiceRoleForECS')
  })
})
