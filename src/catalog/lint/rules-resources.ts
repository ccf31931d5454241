import {
  describeResources,
  isBucketArn,
  isObjectAction,
  meantBucketArn,
} from '../action-pattern.ts'
import { links } from './links.ts'
import {
  type Found,
  inStatements,
  type LintRule,
  type LintStatement,
  type LintSubject,
} from './lint-rule.ts'

/** Resources and actions of one statement that can never meet. */
export const resourceRules: readonly LintRule[] = [
  {
    code: 'account-in-s3-arn',
    severity: 'suggestion',
    summary: 'an S3 ARN with an account id where the bucket belongs',
    link: links.s3Resources,
    find: inStatements(({ statement, pathOf }) =>
      (statement.resource?.patterns ?? []).flatMap((resource, index) => {
        const found = meantBucketArn(resource)
        if (found === undefined) return []
        return [
          {
            path: pathOf(elementOf(statement), index),
            message: `\`${resource}\` means a bucket named \`${found.accountId}\`: S3 ARNs hold no account id, since bucket names are unique in the world`,
            remedy: `write ${found.meant}: the bucket, then its objects`,
          },
        ]
      }),
    ),
  },
  {
    code: 'objects-on-bucket-arn',
    severity: 'suggestion',
    summary: 'actions on objects, and the bucket itself as resource',
    link: links.s3Resources,
    find: inStatements(objectsOnBucketArn),
  },
  {
    code: 'action-never-matches',
    severity: 'suggestion',
    summary: "an action that none of the statement's resources can match",
    link: links.actionsTable,
    find: inStatements((each, subject) => {
      const resources = resourcesOf(each)
      return unmatched(each, subject)
        .filter(({ action }) => !(isObjectAction(action) && resources.some(isBucketArn)))
        .map(({ action, index }) => ({
          path: each.pathOf('Action', index),
          message: `none of the statement's resources can match \`${action}\``,
          remedy: describeResources(action),
        }))
    }),
  },
  {
    code: 'resource-never-matches',
    severity: 'suggestion',
    summary: 'a resource that no action of the statement works on',
    link: links.actionsTable,
    find: inStatements(resourcesWithoutAction),
  },
]

function elementOf(statement: LintStatement['statement']): string {
  return statement.resource?.negated === true ? 'NotResource' : 'Resource'
}

/** The resources that the statement is for; none where it says for which it is not. */
function resourcesOf({ statement }: LintStatement): readonly string[] {
  if (statement.action.negated || statement.resource?.negated !== false) return []
  return statement.resource.patterns
}

interface PlacedAction {
  readonly action: string
  readonly index: number
}

/** The actions that exist and that no resource of the statement can match. */
function unmatched(each: LintStatement, { actions }: LintSubject): readonly PlacedAction[] {
  const resources = resourcesOf(each)
  if (resources.length === 0 || resources.includes('*')) return []
  return each.statement.action.patterns
    .map((action, index) => ({ action, index }))
    .filter(({ action }) => (actions.expand(action)?.length ?? 0) > 0)
    .filter(({ action }) => !resources.some((resource) => actions.canMatch(action, resource)))
}

function objectsOnBucketArn(each: LintStatement, subject: LintSubject): readonly Found[] {
  const resources = resourcesOf(each)
  const bucket = resources.findIndex(isBucketArn)
  if (bucket < 0) return []
  const resource = resources[bucket] ?? ''
  return unmatched(each, subject)
    .filter(({ action }) => isObjectAction(action))
    .map(({ action }) => ({
      path: each.pathOf('Resource', bucket),
      message: `\`${action}\` works on objects, and \`${resource}\` is the bucket itself: it matches none of them`,
      remedy: `write \`${resource}/*\` for the objects`,
    }))
}

/** Only where another resource serves the actions: else the action is what does not fit. */
function resourcesWithoutAction(each: LintStatement, { actions }: LintSubject): readonly Found[] {
  const { patterns } = each.statement.action
  const resources = resourcesOf(each)
  if (resources.length < 2 || patterns.some((pattern) => actions.expand(pattern)?.length === 0)) {
    return []
  }
  const isServed = (resource: string) =>
    patterns.some((pattern) => actions.canMatch(pattern, resource))
  const unserved = resources
    .map((resource, index) => ({ resource, index }))
    .filter(({ resource }) => !isServed(resource))
  if (unserved.length === resources.length) return []
  return unserved.map(({ resource, index }) => ({
    path: each.pathOf('Resource', index),
    message: `no action of the statement works on \`${resource}\``,
    remedy: 'leave it out, or add the actions that it is there for',
  }))
}
