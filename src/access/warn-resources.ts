import {
  canResourceMatch,
  describeResources,
  expandActions,
  isBucketArn,
  isObjectAction,
  meantBucketArn,
} from '../catalog/index.ts'
import type { Account, PermissionStatement } from './access-file.ts'
import type { Finding, WarningRule } from './warn-rule.ts'
import { findInStatements } from './warn-statements.ts'

/** Resources that can match nothing, with what was probably meant. */
export const resourceRules: readonly WarningRule[] = [
  { code: 'account-in-s3-arn', find: findInStatements(accountInBucketArn) },
  { code: 'objects-on-bucket-arn', find: findInStatements(objectsOnBucketArn) },
  { code: 'other-partition-arn', find: findInStatements(otherPartition) },
  { code: 'action-never-matches', find: findInStatements(actionsWithoutResource) },
  { code: 'resource-never-matches', find: findInStatements(resourcesWithoutAction) },
  {
    code: 'administrator-statement',
    find: findInStatements((statement) =>
      statement.effect === 'Allow' &&
      statement.actions.includes('*') &&
      statement.resources.includes('*')
        ? [
            {
              path: 'actions',
              message: '`*` on `*` allows everything in the account, also to change this role',
              remedy: 'name the actions that are needed',
            },
          ]
        : [],
    ),
  },
]

function accountInBucketArn(statement: PermissionStatement): readonly Finding[] {
  return statement.resources.flatMap((resource) => {
    const found = meantBucketArn(resource)
    if (found === undefined) return []
    return [
      {
        path: 'resources',
        message: `\`${resource}\` means a bucket named \`${found.accountId}\`: S3 ARNs hold no account id, since bucket names are unique in the world`,
        remedy: `write ${found.meant}: the bucket, then its objects`,
      },
    ]
  })
}

function objectsOnBucketArn(statement: PermissionStatement): readonly Finding[] {
  return statement.resources.filter(isBucketArn).flatMap((resource) => {
    const actions = statement.actions.filter(
      (action) =>
        isObjectAction(action) && !statement.resources.some((other) => canAnyMatch(action, other)),
    )
    return actions.map((action) => ({
      path: 'resources',
      message: `\`${action}\` works on objects, and \`${resource}\` is the bucket itself: it matches none of them`,
      remedy: `write \`${resource}/*\` for the objects`,
    }))
  })
}

function otherPartition(
  statement: PermissionStatement,
  accounts: readonly Account[],
): readonly Finding[] {
  return statement.resources.flatMap((resource) => {
    const partition = /^arn:(aws[a-z-]*):/.exec(resource)?.[1]
    const other = accounts.find((account) => account.partition !== partition)
    if (partition === undefined || other === undefined) return []
    return [
      {
        path: 'resources',
        message: `\`${resource}\` is in partition ${partition}, and account \`${other.name}\` is in ${other.partition}: it matches nothing there`,
        remedy: `write \`arn:*:…\` or a grant of its own for ${other.partition}`,
      },
    ]
  })
}

/** One finding per action pattern of which no action works on any of the statement's resources. */
function actionsWithoutResource(statement: PermissionStatement): readonly Finding[] {
  if (statement.resources.length === 0) return []
  return statement.actions
    .filter((action) => expandActions(action).length > 0)
    .filter((action) => !statement.resources.some((resource) => canAnyMatch(action, resource)))
    .filter((action) => !(isObjectAction(action) && statement.resources.some(isBucketArn)))
    .map((action) => ({
      path: 'actions',
      message: `none of the statement's resources can match \`${action}\``,
      remedy: describeResources(action),
    }))
}

/** One finding per resource that no action of the statement works on, where another resource serves the actions. */
function resourcesWithoutAction(statement: PermissionStatement): readonly Finding[] {
  const actions = statement.actions.filter((action) => expandActions(action).length > 0)
  const isServed = (resource: string) => actions.some((action) => canAnyMatch(action, resource))
  if (actions.length < statement.actions.length || !statement.resources.some(isServed)) return []
  return statement.resources
    .filter((resource) => !isServed(resource))
    .map((resource) => ({
      path: 'resources',
      message: `no action of the statement works on \`${resource}\``,
      remedy: 'leave it out, or add the actions that it is there for',
    }))
}

function canAnyMatch(actionPattern: string, resource: string): boolean {
  return expandActions(actionPattern).some((action) => canResourceMatch(action, resource))
}
