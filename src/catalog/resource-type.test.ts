import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchGlob } from '../core/index.ts'
import { canResourceMatch, findResourceType, resourcesOfAction } from './resource-type.ts'

test.each([
  ['s3:GetObject', '*', true],
  ['s3:GetObject', 'arn:aws:s3:::bucket/*', true],
  ['s3:GetObject', 'arn:aws:s3:::bucket*', true],
  ['s3:GetObject', 'arn:aws:s3:::*', true],
  ['s3:GetObject', `arn:aws:s3:::bucket/\${aws:username}/key`, true],
  ['s3:GetObject', 'arn:aws:s3:::bucket', false],
  ['s3:GetObject', 'arn:aws:s3:::buck?t', true],
  ['s3:GetObject', 'arn:aws:s3:eu-west-1:222222222222:bucket/key', false],
  ['s3:GetObject', 'arn:aws:s3:eu-west-1:222222222222:accesspoint/mine/object/key', true],
  ['s3:GetObject', 'arn:aws:dynamodb:::bucket/key', false],
  ['s3:ListBucket', 'arn:aws:s3:::bucket', true],
  ['s3:ListBucket', 'arn:aws:s3:::bucket/*', false],
  ['s3:ListBucket', 'arn:aws:s3:::bucket*', true],
  ['s3:ListAllMyBuckets', '*', true],
  ['s3:ListAllMyBuckets', '**', true],
  ['s3:ListAllMyBuckets', 'arn:aws:s3:::*', true],
  ['ecr:GetAuthorizationToken', '*', true],
  ['ecr:GetAuthorizationToken', 'arn:aws:ecr:eu-west-1:222222222222:repository/*', false],
  ['s3:ListAllMyBuckets', 'arn:aws:s3:::bucket', false],
  ['logs:PutResourcePolicy', 'arn:aws:logs:*:*:*', true],
  ['apigateway:SetWebACL', 'arn:aws:apigateway:eu-west-1::/restapis/*/stages/*', true],
  ['apigateway:SetWebACL', 'arn:aws:apigateway:eu-west-1::/apis/a/stages/*', true],
  ['apigateway:SetWebACL', 'arn:aws:apigateway:eu-west-1::/domainnames/a', false],
  ['ecr:PutImage', 'arn:aws:ecr:eu-west-1:222222222222:repository/app', true],
  ['ecr:PutImage', 'arn:aws:ecr:eu-west-1:222222222222:app', false],
  ['ecr:PutImage', 'arn:aws:ecr:*', true],
  ['sts:AssumeRole', 'arn:aws:iam::*:role/CrossAccountReadOnlyRole', true],
  ['sts:AssumeRole', 'arn:aws:iam::222222222222:user/ana', false],
  ['sts:AssumeRole', 'arn:aws:sts::222222222222:assumed-role/r/s', false],
  ['STS:assumerole', 'arn:aws-cn:iam::222222222222:role/a/b', true],
  ['nothing:Known', 'arn:aws:s3:::bucket', true],
])('%s on %s can match: %s', (action, resource, expected) => {
  expect(canResourceMatch(action, resource)).toBe(expected)
})

test('resource types come by name, in any case, as patterns and as AWS writes them', () => {
  expect(findResourceType('S3', 'Object')).toMatchObject({
    name: 'object',
    arnPatterns: ['arn:*:s3:::*/*'],
    arnFormat: `arn:\${Partition}:s3:::\${BucketName}/\${ObjectName}`,
  })
  expect(findResourceType('ecr', 'repository')?.conditionKeys).toContain(
    `aws:ResourceTag/\${TagKey}`,
  )
  expect(findResourceType('lex', 'bot')?.arnPatterns).toEqual([
    'arn:*:lex:*:*:bot/*',
    'arn:*:lex:*:*:bot:*',
  ])
  expect(findResourceType('ecr', 'nothing')).toBeUndefined()
  expect(findResourceType('nothing', 'object')).toBeUndefined()
})

test('the resources of an action are those of its types', () => {
  expect(resourcesOfAction('sts:AssumeRole')).toEqual(['arn:*:iam::*:role/*'])
  expect(resourcesOfAction('ecr:GetAuthorizationToken')).toEqual([])
})

test('a resource that matches some ARN of the action is never said to match none', () => {
  const part = fc.constantFrom('*', '?', 'a', 'b', '/', 'aws', 's3', 'object')
  const text = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''))
  const pattern = fc.array(text, { minLength: 4, maxLength: 6 }).map((parts) => parts.join(':'))
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', 's3'), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.oneof(pattern, text), name, name, (rest, bucket, key) => {
      fc.pre(!bucket.includes('/'))
      const resource = `arn:aws:s3:::${rest}`
      if (!matchGlob(resource, `arn:aws:s3:::${bucket}/${key}`)) return
      expect(canResourceMatch('s3:GetObject', resource)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
