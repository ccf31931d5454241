import { expect, test } from 'vitest'
import type { ServiceName } from '../operation.ts'
import { ecrConstraints } from './constraints/ecr-constraints.ts'
import { iamConstraints } from './constraints/iam-constraints.ts'
import { stsConstraints } from './constraints/sts-constraints.ts'
import { checkConstraints } from './constraints.ts'
import { loadService } from './load-service.ts'
import type { Shape } from './service-model.ts'

function check(service: ServiceName, operation: string, input: Record<string, unknown>) {
  return checkConstraints(loadService(service), operation, input)
}

const role = { RoleName: 'deploy', AssumeRolePolicyDocument: '{}' }
const assume = { RoleArn: 'arn:aws:iam::111111111111:role/deploy', RoleSessionName: 'ci' }

test.each([
  {
    operation: 'GetRole',
    input: { RoleName: 'a b' },
    message: `The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  },
  {
    operation: 'CreateUser',
    input: { UserName: 'ana', Path: 'team' },
    message: `The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`,
  },
  {
    operation: 'CreateUser',
    input: { UserName: '' },
    message: `2 validation errors detected: Value '' at 'userName' failed to satisfy constraint: Member must have length greater than or equal to 1; The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  },
  {
    operation: 'CreateRole',
    input: { ...role, RoleName: `${'r'.repeat(64)} ` },
    message: `1 validation error detected: Value '${'r'.repeat(64)} ' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  },
  {
    operation: 'GetRole',
    input: {},
    message: `1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null`,
  },
  {
    operation: 'CreateRole',
    input: {},
    message: `2 validation errors detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null; Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null`,
  },
  {
    operation: 'CreateRole',
    input: { ...role, RoleName: 'r'.repeat(65) },
    message: `1 validation error detected: Value '${'r'.repeat(65)}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  },
  {
    operation: 'CreateRole',
    input: { ...role, MaxSessionDuration: 60 },
    message: `1 validation error detected: Value '60' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600`,
  },
  {
    operation: 'CreateRole',
    input: {
      ...role,
      Tags: [
        { Key: 'a', Value: 'b' },
        { Key: 'x'.repeat(129), Value: '' },
      ],
    },
    message: `1 validation error detected: Value '${'x'.repeat(129)}' at 'tags.2.member.key' failed to satisfy constraint: Member must have length less than or equal to 128`,
  },
  {
    operation: 'UntagRole',
    input: { RoleName: 'deploy', TagKeys: ['ok', '!'] },
    message: String.raw`1 validation error detected: Value '[ok, !]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+]`,
  },
  {
    operation: 'UpdateAccessKey',
    input: { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Off' },
    message: `1 validation error detected: Value 'Off' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive, Expired]`,
  },
  {
    operation: 'CreateLoginProfile',
    input: { UserName: 'ana', Password: '' },
    message: String.raw`2 validation errors detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+`,
  },
  {
    operation: 'UpdateServiceSpecificCredential',
    input: { ServiceSpecificCredentialId: 'A'.repeat(20), Status: 'Off' },
    message: `1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set`,
  },
  {
    operation: 'DeleteServiceSpecificCredential',
    input: { ServiceSpecificCredentialId: '$'.repeat(20) },
    message: String.raw`1 validation error detected: Value at 'serviceSpecificCredentialId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w]+`,
  },
])('IAM says of $operation: $message', ({ operation, input, message }) => {
  expect(check('iam', operation, input)).toMatchObject({
    code: 'ValidationError',
    status: 400,
    message,
  })
})

test.each([
  { change: { DurationSeconds: 899 }, at: 'durationSeconds' },
  { change: { DurationSeconds: 43201 }, at: 'durationSeconds' },
  { change: { RoleSessionName: 'a' }, at: 'roleSessionName' },
  { change: { RoleSessionName: 'a b' }, at: 'roleSessionName' },
  { change: { RoleSessionName: 'ok\n' }, at: 'roleSessionName' },
  { change: { ExternalId: 'x' }, at: 'externalId' },
  { change: { ExternalId: 'two words' }, at: 'externalId' },
  { change: { SourceIdentity: 'a/b' }, at: 'sourceIdentity' },
  { change: { TokenCode: '12345' }, at: 'tokenCode' },
  { change: { TokenCode: '12345a' }, at: 'tokenCode' },
  { change: { RoleArn: 'arn:aws:iam' }, at: 'roleArn' },
  { change: { Policy: '' }, at: 'policy' },
  { change: { PolicyArns: [{ arn: 'short' }] }, at: 'policyArns.1.member.arn' },
  { change: { Tags: [{ Key: '', Value: 'v' }] }, at: 'tags.1.member.key' },
  { change: { Tags: [{ Key: 'k' }] }, at: 'tags.1.member.value' },
])('STS refuses $change', ({ change, at }) => {
  const error = check('sts', 'AssumeRole', { ...assume, ...change })
  expect(error).toMatchObject({ code: 'ValidationError', status: 400 })
  expect(error?.message).toContain(`at '${at}' failed`)
})

test('STS tells of patterns before lengths, of one member after the other', () => {
  const error = check('sts', 'AssumeRole', { ...assume, RoleArn: '', ExternalId: '!' })
  const demands = [...(error?.message ?? '').matchAll(/at '(\w+)' failed[^;]*Member must (\w+)/g)]
  expect(demands.map(([, member, verb]) => `${member} ${verb}`)).toEqual([
    'roleArn satisfy',
    'roleArn have',
    'externalId satisfy',
    'externalId have',
  ])
})

test.each([
  { service: 'sts', operation: 'AssumeRole', input: assume },
  {
    service: 'sts',
    operation: 'AssumeRole',
    input: { ...assume, ExternalId: 'some_key_build:/@' },
  },
  { service: 'sts', operation: 'GetSessionToken', input: { DurationSeconds: 129600 } },
  { service: 'sts', operation: 'GetCallerIdentity', input: {} },
  { service: 'iam', operation: 'CreateRole', input: { ...role, Path: '/a/b/', Tags: [] } },
  { service: 'iam', operation: 'CreateRole', input: { ...role, Path: '/' } },
  { service: 'iam', operation: 'CreateUser', input: { UserName: 'zoe@example.com' } },
  {
    service: 'iam',
    operation: 'TagRole',
    input: { RoleName: 'r', Tags: [{ Key: 'Größe', Value: '' }] },
  },
  { service: 'iam', operation: 'NotAnOperation', input: {} },
  { service: 'ecr', operation: 'CreateRepository', input: { repositoryName: 'team/app_one' } },
  { service: 's3', operation: 'HeadBucket', input: {} },
] as const)('nothing is wrong with $operation $input', ({ service, operation, input }) => {
  expect(check(service, operation, input)).toBeUndefined()
})

test('ECR names the first breach, a pattern in its own words', () => {
  expect(check('ecr', 'CreateRepository', { repositoryName: 'App' })).toMatchObject({
    code: 'InvalidParameterException',
    status: 400,
    message: String.raw`Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*''`,
  })
  expect(check('ecr', 'BatchGetImage', { repositoryName: 'app' })?.message).toBe(
    `Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must not be null'`,
  )
})

test('a pattern is never tried on text beyond its length', () => {
  const before = performance.now()
  const error = check('ecr', 'CreateRepository', { repositoryName: `${'a_'.repeat(1_000_000)}!` })
  expect(error?.message).toContain('length less than or equal to 256')
  expect(performance.now() - before).toBeLessThan(1000)
})

test.each([
  { service: 'sts', rows: stsConstraints },
  { service: 'iam', rows: iamConstraints },
  { service: 'ecr', rows: ecrConstraints },
] as const)('every row of $service names a member that an input has', ({ service, rows }) => {
  const known = inputMembers(service)
  expect([...rows.keys()].filter((key) => !known.has(key))).toEqual([])
})

/** `Member` and `Structure.Member` for all that the service's inputs hold. */
function inputMembers(service: ServiceName): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (shape: Shape): void => {
    if (shape.kind === 'list') visit(shape.item.shape)
    for (const member of shape.kind === 'structure' ? shape.members : []) {
      const qualified = shape.kind === 'structure' ? `${shape.name}.${member.name}` : ''
      if (names.has(qualified)) continue
      names.add(qualified).add(member.name)
      visit(member.shape)
    }
  }
  for (const { input } of loadService(service).operations.values()) {
    if (input !== undefined) visit(input)
  }
  return names
}
