import type { Grant } from './access-file.ts'
import { type OidcAdmission, readOidcSubject } from './oidc-subject.ts'
import type { Finding, WarningRule } from './warn-rule.ts'

/** Subjects of tokens that more runs carry than one might think. */
export const oidcRules: readonly WarningRule[] = [
  {
    code: 'oidc-organization-subject',
    find: findSubjects('organization', (subject) => ({
      message: `\`${subject}\` is in the tokens of every repository of the organization, also of ones made later`,
      remedy: 'use subjects that name a repository and its branch or environment',
    })),
  },
  {
    code: 'oidc-repository-subject',
    find: findSubjects('repository', (subject) => ({
      message: `\`${subject}\` is in the tokens of every branch, tag and pull request of the repository`,
      remedy: 'name the branch, tag or environment in the subject',
    })),
  },
  {
    code: 'oidc-pull-request-subject',
    find: findSubjects('pullRequests', (subject) => ({
      message: `\`${subject}\` lets in whoever can open a pull request from a branch of the repository, before anybody has looked at it`,
      remedy: 'let a protected branch or an environment with reviewers in instead',
    })),
  },
]

function findSubjects(
  kind: OidcAdmission['kind'],
  tell: (subject: string) => Pick<Finding, 'message' | 'remedy'>,
): WarningRule['find'] {
  return ({ from }: Grant) =>
    from.kind !== 'oidc'
      ? []
      : from.subjects
          .filter((subject) => readOidcSubject(from.issuer, subject).admits.kind === kind)
          .map((subject) => ({ path: 'from.oidc.subject', ...tell(subject) }))
}
