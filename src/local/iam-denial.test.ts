import { expect, test } from 'vitest'
import { parseAccountId, parsePrincipal, type Request } from '../core/index.ts'
import { renderIamDenial } from './iam-denial.ts'

const account = 'arn:aws:iam::111111111111'

/** How denials that people got from AWS name the resource. */
test.each([
  ['iam:GetRole', `${account}:role/deploy`, 'role deploy'],
  ['iam:AttachRolePolicy', `${account}:role/team/deploy`, 'role deploy'],
  ['iam:CreateAccessKey', `${account}:user/ana`, 'user ana'],
  ['iam:AddUserToGroup', `${account}:group/Developers`, 'group Developers'],
  ['iam:AddRoleToInstanceProfile', `${account}:instance-profile/web`, 'instance profile web'],
  ['iam:GetPolicy', `${account}:policy/p`, `policy ${account}:policy/p`],
  ['iam:CreatePolicyVersion', `${account}:policy/p`, `policy ${account}:policy/p`],
  ['iam:CreatePolicy', `${account}:policy/p`, 'policy p'],
  ['iam:CreateRole', `${account}:role/deploy`, `${account}:role/deploy`],
  ['iam:TagRole', `${account}:role/deploy`, `${account}:role/deploy`],
  ['iam:PassRole', `${account}:role/deploy`, `${account}:role/deploy`],
  ['iam:ListRoles', `${account}:role/`, `${account}:role/`],
  ['iam:GetAccountSummary', '*', '*'],
])('a denial of %s on %s names %s', (action, resource, named) => {
  const principal = parsePrincipal(`${account}:user/ana`)
  const resourceAccount = parseAccountId('111111111111')
  if (principal === undefined || resourceAccount === undefined) throw new Error('bug: no caller')
  const request: Request = { principal, action, resource, resourceAccount, context: {} }
  const words = (name: string): string =>
    `User: ${account}:user/ana is not authorized to perform: ${action} on resource: ${name} because no identity-based policy allows the ${action} action`
  expect(renderIamDenial(request, words(resource))).toBe(words(named))
})
