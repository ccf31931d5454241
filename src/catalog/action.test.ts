import { expect, test } from 'vitest'
import { expandActions, findAction, nearestAction } from './action.ts'

test.each([
  ['s3:GetObject', 'Read'],
  ['S3:getobject', 'Read'],
  ['s3:ListBucket', 'List'],
  ['ecr:PutImage', 'Write'],
  ['iam:AttachRolePolicy', 'Permissions management'],
  ['iam:TagRole', 'Tagging'],
])('%s has access level %s', (name, accessLevel) => {
  expect(findAction(name)?.accessLevel).toBe(accessLevel)
})

test.each(['s3:GetObjct', 's3', '', ':', 's3:', 's3:Get*', 'nothing:GetObject', '*'])(
  '`%s` is no action',
  (name) => {
    expect(findAction(name)).toBeUndefined()
  },
)

test('an action comes in the spelling of AWS, with its resource types and keys', () => {
  const action = findAction('sts:assumerole')
  expect(action?.name).toBe('sts:AssumeRole')
  expect(action?.resourceTypes).toEqual([{ name: 'role', required: true }])
  expect(action?.conditionKeys).toContain('sts:ExternalId')
  expect(findAction('ecr:PutImage')?.conditionKeys).toContain(`ecr:ResourceTag/\${TagKey}`)
  expect(findAction('s3:GetObject')?.conditionKeys).toContain(`s3:ExistingObjectTag/\${key}`)
})

test.each([
  ['s3:GetObject', ['s3:GetObject']],
  ['s3:getobject', ['s3:GetObject']],
  [
    'sts:AssumeRole*',
    ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'],
  ],
  ['ecr:BatchGet?mage', ['ecr:BatchGetImage']],
  ['s3:Nothing', []],
  ['nothing:*', []],
  ['GetObject', []],
])('%s expands to %j', (pattern, actions) => {
  expect(expandActions(pattern)).toEqual(actions)
})

test('`*` expands to every action of every service, each once', () => {
  const all = expandActions('*')
  expect(all.length).toBeGreaterThan(20_000)
  expect(new Set(all).size).toBe(all.length)
  expect(expandActions('*:*')).toEqual(all)
})

test.each([
  ['s3:GetObjct', 's3:GetObject'],
  ['s3:GetObejct', 's3:GetObject'],
  ['s3:putobjectt', 's3:PutObject'],
  ['s4:GetObject', 's3:GetObject'],
  ['erc:PutImag', 'ecr:PutImage'],
  ['sts:AsumeRole', 'sts:AssumeRole'],
  ['s3:GetObject', 's3:GetObject'],
  ['s3:CompletelyOther', undefined],
  ['somethingelse:GetObject', undefined],
  ['', undefined],
])('%s was meant to be %s', (name, nearest) => {
  expect(nearestAction(name)).toBe(nearest)
})
