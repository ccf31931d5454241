import { matchGlob, type Statement } from '../../core/index.ts'
import { links } from './links.ts'
import { type Found, inAllows, type LintRule, type LintStatement } from './lint-rule.ts'
import { isHeldTo, namesAction } from './statement-conditions.ts'

const granting = ['identity', 'session', 'resource'] as const

/** Permissions that are wider than they look, whoever holds them. */
export const permissionRules: readonly LintRule[] = [
  {
    code: 'administrator-statement',
    severity: 'security',
    summary: 'an allow of `*` on `*`, without a condition',
    link: links.bestPractices,
    types: ['identity', 'session'],
    find: inAllows(({ statement, pathOf }) => {
      const { action, resource, conditions } = statement
      if (action.negated || resource === undefined || resource.negated) return []
      const at = action.patterns.indexOf('*')
      if (at < 0 || !resource.patterns.includes('*') || conditions.length > 0) return []
      return [
        {
          path: pathOf('Action', at),
          message: '`*` on `*` allows everything in the account, also to change who may do what',
          remedy: 'name the actions that are needed',
        },
      ]
    }),
  },
  {
    code: 'pass-any-role',
    severity: 'security',
    summary: '`iam:PassRole` on every role, for every service',
    link: links.passRole,
    types: ['identity', 'session'],
    find: inAllows((each) => {
      if (isHeldTo(each.statement, ['iam:passedtoservice', 'iam:associatedresourcearn'])) return []
      return onAnyRole(each, ['iam:PassRole']).map(({ pattern, path, resource }) => ({
        path,
        message: `\`${pattern}\` on \`${resource}\` lets the holder hand any role of the account to a service, and so act with it`,
        remedy:
          'name the roles that may be passed, and the service in a condition on `iam:PassedToService`',
      }))
    }),
  },
  {
    code: 'assume-any-role',
    severity: 'security',
    summary: '`sts:AssumeRole` on every role, without a condition',
    link: links.permitRole,
    types: ['identity', 'session'],
    find: inAllows((each) => {
      if (each.statement.conditions.length > 0) return []
      return onAnyRole(each, ['sts:AssumeRole']).map(({ pattern, path, resource }) => ({
        path,
        message: `\`${pattern}\` on \`${resource}\` lets the holder enter every role of every account that trusts this one as a whole`,
        remedy: 'name the ARNs of the roles that are to be assumed',
      }))
    }),
  },
  {
    code: 'iam-escalation',
    severity: 'security',
    summary: 'an action with which the holder can give itself any permission',
    link: links.bestPractices,
    types: ['identity', 'session'],
    find: inAllows((each) => {
      if (each.statement.conditions.length > 0) return []
      return onAnyRole(each, escalations).map(({ pattern, path, resource, action }) => ({
        path,
        message: `\`${pattern}\` on \`${resource}\` is as good as an administrator's right: with \`${action}\` the holder can give itself any permission`,
        remedy:
          'name the roles, users or policies that may be changed, or demand a permissions boundary by a condition on `iam:PermissionsBoundary`',
      }))
    }),
  },
  {
    code: 'create-any-service-linked-role',
    severity: 'security',
    summary: '`iam:CreateServiceLinkedRole` for every service',
    link: links.serviceLinkedRoles,
    types: ['identity', 'session'],
    find: inAllows((each) => {
      if (isHeldTo(each.statement, ['iam:awsservicename'])) return []
      return onAnyRole(each, ['iam:CreateServiceLinkedRole'])
        .filter(({ pattern }) => pattern.toLowerCase() !== 'iam:*')
        .map(({ pattern, path, resource }) => ({
          path,
          message: `\`${pattern}\` on \`${resource}\` lets the holder make a role for any service of AWS, with the permissions that AWS gives that role`,
          remedy: 'name the service in a condition on `iam:AWSServiceName`',
        }))
    }),
  },
  {
    code: 'allow-not-action',
    severity: 'security',
    summary: 'an allow of all actions but some',
    link: links.notAction,
    types: [...granting, 'trust'],
    find: inAllows(({ statement, pathOf }) =>
      statement.action.negated
        ? [
            {
              path: pathOf('NotAction'),
              message:
                'an allow of all actions but some also allows every action that AWS adds later',
              remedy: 'list the actions that are needed',
            },
          ]
        : [],
    ),
  },
  {
    code: 'allow-not-resource',
    severity: 'security',
    summary: 'an allow on all resources but some',
    link: links.notResource,
    types: granting,
    find: inAllows(({ statement, pathOf }) =>
      statement.resource?.negated === true
        ? [
            {
              path: pathOf('NotResource'),
              message:
                'an allow on all resources but some also takes in those that are made later, and those of other accounts',
              remedy: 'list the resources that are needed; keep others out by a deny',
            },
          ]
        : [],
    ),
  },
]

/** Each of these changes permissions or credentials of a principal that the holder can be or become. */
const escalations: readonly string[] = [
  'iam:AddUserToGroup',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreatePolicyVersion',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateLoginProfile',
]

interface Reach extends Pick<Found, 'path'> {
  readonly pattern: string
  readonly resource: string
  readonly action: string
}

/** The statement's action patterns that take in one of the actions, where its resources are all there are. */
function onAnyRole(
  { statement, pathOf }: LintStatement,
  actions: readonly string[],
): readonly Reach[] {
  const resource = anyResource(statement)
  if (resource === undefined || statement.action.negated) return []
  return statement.action.patterns.flatMap((pattern, index) => {
    // `*` alone is the administrator's case, which has a finding of its own.
    if (pattern === '*') return []
    const action = actions.find((each) => namesAction(pattern, each))
    return action === undefined
      ? []
      : [{ pattern, resource, action, path: pathOf('Action', index) }]
  })
}

function anyResource({ resource }: Statement): string | undefined {
  return resource?.negated === false ? resource.patterns.find(isEveryResource) : undefined
}

const kinds = ['role/', 'user/', 'group/', 'policy/']

/** `*`, or an ARN with a wildcard before any name: `arn:aws:iam::*:role/*`. */
function isEveryResource(pattern: string): boolean {
  if (/^\*+$/.test(pattern)) return true
  const [arn, , service = '', , , ...rest] = pattern.split(':')
  if (arn !== 'arn' || !matchGlob(service, 'iam')) return false
  const [start = '', ...after] = rest.join(':').split('*')
  return (
    after.length > 0 &&
    after.every((each) => each === '') &&
    kinds.some((kind) => kind.startsWith(start))
  )
}
