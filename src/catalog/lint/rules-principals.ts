import { parseAccountId, parseArn, type Statement } from '../../core/index.ts'
import { links } from './links.ts'
import { inAllows, inStatements, type LintRule } from './lint-rule.ts'
import { callerKeys, coversAction, isHeldTo, sourceKeys } from './statement-conditions.ts'

/** Who is let in, where that is more than the document seems to say. */
export const principalRules: readonly LintRule[] = [
  {
    code: 'wildcard-principal',
    severity: 'security',
    summary: 'an allow for everybody that no condition holds to somebody',
    link: links.principal,
    types: ['resource', 'trust'],
    find: inAllows(({ statement, pathOf }, { type }) => {
      if (!isForEverybody(statement) || isHeldTo(statement, callerKeys)) return []
      const who = type === 'trust' ? 'every principal of every AWS account' : 'everybody'
      return [
        {
          path: pathOf('Principal'),
          message: `the principal \`*\` lets in ${who}, and no condition of the statement says who calls`,
          remedy:
            'name the principals, or hold them to an organization by a condition on `aws:PrincipalOrgID`',
        },
      ]
    }),
  },
  {
    code: 'allow-not-principal',
    severity: 'security',
    summary: 'an allow for everybody but some',
    link: links.notPrincipal,
    find: inAllows(({ statement, pathOf }) =>
      statement.principal?.negated === true
        ? [
            {
              path: pathOf('NotPrincipal'),
              message:
                '`NotPrincipal` with `Allow` lets in everybody else in the world, also without credentials',
              remedy: 'name the principals that may, in `Principal`',
            },
          ]
        : [],
    ),
  },
  {
    code: 'deny-not-principal',
    severity: 'suggestion',
    summary: 'a deny for everybody but some, which also meets their sessions',
    link: links.notPrincipal,
    find: inStatements(({ statement, pathOf }) =>
      statement.effect === 'Deny' && statement.principal?.negated === true
        ? [
            {
              path: pathOf('NotPrincipal'),
              message:
                '`NotPrincipal` with `Deny` exempts a role session only where the account, the role and the session are all named',
              remedy: 'deny `*` with the condition `ArnNotEquals` on `aws:PrincipalArn`',
            },
          ]
        : [],
    ),
  },
  {
    code: 'external-id-missing',
    severity: 'security',
    summary: 'a role that another account may assume without an external id',
    link: links.externalId,
    types: ['trust'],
    find: inAllows(({ statement, pathOf }, { accountId }) => {
      if (!coversAction(statement, 'sts:AssumeRole') || isHeldTo(statement, idKeys)) return []
      return foreignAccounts(statement, accountId).map((foreign) => ({
        path: pathOf('Principal'),
        message: `account ${foreign} may assume the role without an external id: whoever else that account works for can have it assume this role`,
        remedy:
          'demand `sts:ExternalId` of a vendor, or `aws:PrincipalOrgID` of an account of the own organization',
      }))
    }),
  },
  {
    code: 'confused-deputy',
    severity: 'security',
    summary: 'a service that may act for any account',
    link: links.confusedDeputy,
    types: ['resource', 'trust'],
    find: inAllows(({ statement, pathOf }, { type }) => {
      if (isHeldTo(statement, sourceKeys)) return []
      return servicesOf(statement)
        .filter((service) => type !== 'trust' || !takesPassedRoles(service))
        .map((service) => ({
          path: pathOf('Principal'),
          message: `\`${service}\` may do this for whatever account asks it to, not only for this one`,
          remedy:
            'add a condition on `aws:SourceArn` or `aws:SourceAccount`, or `aws:SourceOrgID` for an organization',
        }))
    }),
  },
  {
    code: 'deleted-principal',
    severity: 'suggestion',
    summary: 'the unique id that a deleted principal leaves behind',
    link: links.uniqueIds,
    find: inStatements(({ statement, pathOf }) =>
      awsValues(statement)
        .filter((value) => /^A[A-Z]{3}[A-Z0-9]{12,}$/.test(value))
        .map((value) => ({
          path: pathOf(statement.principal?.negated === true ? 'NotPrincipal' : 'Principal'),
          message: `\`${value}\` is the unique id of a principal: IAM shows it once the principal was deleted, and one made again under the same name is not meant`,
          remedy: 'name the principal by its ARN, or leave it out',
        })),
    ),
  },
]

const idKeys = ['sts:externalid', 'aws:principalorgid', 'aws:principalorgpaths']

function isForEverybody({ principal }: Statement): boolean {
  if (principal === undefined || principal.negated) return false
  return principal.entries.some(
    (entry) => entry.kind === 'everyone' || (entry.kind === 'AWS' && entry.value === '*'),
  )
}

function awsValues({ principal }: Statement): readonly string[] {
  return (principal?.entries ?? []).flatMap((entry) => (entry.kind === 'AWS' ? entry.value : []))
}

function foreignAccounts(statement: Statement, own: string | undefined): readonly string[] {
  if (own === undefined || statement.principal?.negated === true) return []
  const ids = awsValues(statement).flatMap(
    (value) => parseAccountId(value) ?? parseAccountId(parseArn(value)?.accountId ?? '') ?? [],
  )
  return [...new Set<string>(ids)].filter((id) => id !== own)
}

function servicesOf({ principal }: Statement): readonly string[] {
  if (principal === undefined || principal.negated) return []
  return principal.entries.flatMap((entry) => (entry.kind === 'Service' ? entry.value : []))
}

/**
 * Services that take a role by `iam:PassRole`, which never reaches into another account, and then assume it without
 * saying for whom: a condition on the source would lock them out.
 */
function takesPassedRoles(service: string): boolean {
  return /^(ec2|lambda)\.amazonaws\.com(\.cn)?$/.test(service)
}
