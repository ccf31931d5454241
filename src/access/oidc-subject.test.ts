import { expect, test } from 'vitest'
import { readOidcSubject } from './oidc-subject.ts'

const github = 'token.actions.githubusercontent.com'

test.each([
  ['repo:acme/app:ref:refs/heads/main', 'names', 'acme/app', { kind: 'branch', name: 'main' }],
  ['repo:acme@12/app@34:ref:refs/heads/a/b', 'ids', 'acme/app', { kind: 'branch', name: 'a/b' }],
  ['repo:acme/app@34:ref:refs/heads/main', 'names', 'acme/app', { kind: 'branch', name: 'main' }],
  ['repo:acme/app:ref:refs/tags/v1', 'names', 'acme/app', { kind: 'tag', name: 'v1' }],
  ['repo:acme/app:environment:a%3Ab', 'names', 'acme/app', { kind: 'environment', name: 'a:b' }],
  ['repo:acme@1/app@2:pull_request', 'ids', 'acme/app', { kind: 'pullRequests' }],
  ['repo:acme/app', 'names', 'acme/app', { kind: 'repository' }],
  ['repo:acme/app:job_workflow_ref:x', 'names', 'acme/app', { kind: 'unknown' }],
  ['repository_owner:acme', 'names', undefined, { kind: 'organization', name: 'acme' }],
  ['repository_owner_id:12', 'ids', undefined, { kind: 'organization', name: '12' }],
  ['repository_owner:acme:ref:x', 'names', undefined, { kind: 'unknown' }],
])('GitHub’s %s', (...[subject, form, repository, admits]) => {
  const expected = { system: 'github', form, admits }
  expect(readOidcSubject(github, subject)).toEqual(
    repository === undefined ? expected : { ...expected, repository },
  )
})

test.each([
  ['project_path:g/p:ref_type:branch:ref:main', { kind: 'branch', name: 'main' }],
  ['project_path:g/s/p:ref_type:tag:ref:v1', { kind: 'tag', name: 'v1' }],
  ['project_path:g/p', { kind: 'repository' }],
  ['project_path:g/p:user_login:ana', { kind: 'unknown' }],
  ['namespace_path:g', { kind: 'organization', name: 'g' }],
])('GitLab’s %s', (subject, admits) => {
  expect(readOidcSubject('gitlab.example.com', subject)).toMatchObject({ system: 'gitlab', admits })
})

test('another system’s subject is not guessed at', () => {
  expect(readOidcSubject('id.example.com', 'main')).toEqual({
    system: 'other',
    form: 'names',
    admits: { kind: 'unknown' },
  })
})
