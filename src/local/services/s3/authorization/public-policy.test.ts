import { expect, test } from 'vitest'
import { isPublicPolicy } from './public-policy.ts'

const open = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::b/*',
}

const cases = [
  { claim: 'everybody', statement: open, isPublic: true },
  {
    claim: 'everybody, as an AWS principal',
    statement: { ...open, Principal: { AWS: '*' } },
    isPublic: true,
  },
  { claim: 'a deny for everybody', statement: { ...open, Effect: 'Deny' }, isPublic: false },
  {
    claim: 'one account',
    statement: { ...open, Principal: { AWS: '111111111111' } },
    isPublic: false,
  },
  {
    claim: 'one network',
    statement: { ...open, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } },
    isPublic: false,
  },
  {
    claim: 'half the internet',
    statement: { ...open, Condition: { IpAddress: { 'aws:SourceIp': '128.0.0.0/1' } } },
    isPublic: true,
  },
  {
    claim: 'everywhere but one network',
    statement: { ...open, Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } },
    isPublic: true,
  },
  {
    claim: 'one organization',
    statement: { ...open, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } } },
    isPublic: false,
  },
  {
    claim: 'any organization',
    statement: { ...open, Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } },
    isPublic: true,
  },
  {
    claim: 'one organization or none at all',
    statement: {
      ...open,
      Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1234567890' } },
    },
    isPublic: true,
  },
  {
    claim: 'roles of one account',
    statement: {
      ...open,
      Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/*' } },
    },
    isPublic: false,
  },
  {
    claim: 'a role of any account',
    statement: { ...open, Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/r' } } },
    isPublic: true,
  },
  {
    claim: 'a condition that names nobody',
    statement: { ...open, Condition: { StringEquals: { 's3:prefix': 'public/' } } },
    isPublic: true,
  },
]

for (const { claim, statement, isPublic } of cases) {
  test(`a policy for ${claim} is ${isPublic ? '' : 'not '}public`, () => {
    const document = { Version: '2012-10-17', Statement: [statement] }
    expect(isPublicPolicy({ document })).toBe(isPublic)
  })
}
