import { didYouMean } from '../core/index.ts'
import type { GrantPrincipal, PrincipalKind } from './access-file.ts'
import { type Grammar, grammars, isWellFormed, shown } from './grammar.ts'
import type { Scope } from './place.ts'

interface KindRules {
  readonly name: Grammar
  readonly hasPath: boolean
}

const kinds = {
  user: { name: grammars.userName, hasPath: true },
  role: { name: grammars.roleName, hasPath: true },
  group: { name: grammars.groupName, hasPath: true },
  'permission-set': { name: grammars.permissionSetName, hasPath: false },
} as const satisfies Readonly<Record<PrincipalKind, KindRules>>

const principalForms = '`user/NAME`, `role/NAME`, `group/NAME` or `permission-set/NAME`'

/** Parses `role/ci/gitlab-runner` and the like. Patterns pass here: whether they may is for the caller to say. */
export function parsePrincipalText(text: string, scope: Scope): GrantPrincipal | undefined {
  const parts = text.split('/')
  const kind = parts[0] ?? ''
  const name = parts.at(-1) ?? ''
  if (!isKind(kind) || parts.length < 2) return reportForm(text, scope)
  const path = `/${parts.slice(1, -1).join('/')}/`.replace(/^\/\/$/, '/')
  const rules: KindRules = kinds[kind]
  if (kind === 'role' && path.startsWith('/aws-reserved/')) return reportReserved(text, scope)
  if (!rules.hasPath && path !== '/') {
    scope.report(scope.place, {
      code: 'invalid-principal',
      message: `permission set ${shown(text)} has a path; permission sets have none`,
      remedy: `write ${shown(`${kind}/${name}`)}`,
    })
    return undefined
  }
  const isFine =
    isWellFormed(withoutWildcards(name), rules.name, scope) &&
    isWellFormed(withoutWildcards(path), grammars.path, scope)
  return isFine ? { kind, name, path, position: scope.place.position } : undefined
}

/** True when the principal is a pattern that more than one may match. */
export function isPattern(principal: GrantPrincipal): boolean {
  return /[*?]/.test(principal.path + principal.name)
}

/** `role/ci/gitlab-runner`, as the file writes it. */
export function renderPrincipal(principal: GrantPrincipal): string {
  return `${principal.kind}${principal.path}${principal.name}`
}

function isKind(text: string): text is PrincipalKind {
  return Object.hasOwn(kinds, text)
}

function withoutWildcards(text: string): string {
  return text.replace(/[*?]/g, 'x')
}

function reportForm(text: string, scope: Scope): undefined {
  scope.report(scope.place, {
    code: 'invalid-principal',
    message: `principal ${shown(text)} is not understood${formHint(text)}`,
    remedy: `write ${principalForms}`,
  })
}

function formHint(text: string): string {
  const arn = /^arn:[^:]*:(?:iam|sts)::\d*:(.+)$/.exec(text)?.[1]
  if (arn === 'root' || text === 'root' || text === '*') {
    return '; to trust the whole account, leave `principals` out'
  }
  const sessionRole = /^assumed-role\/([^/]+)/.exec(arn ?? text)?.[1]
  if (sessionRole !== undefined) return `; the role of that session is \`role/${sessionRole}\``
  if (arn !== undefined) return `; the account is known, so \`${arn}\` is enough`
  const [kind = ''] = text.split('/')
  return text.includes('/') ? didYouMean(kind, Object.keys(kinds)) : ''
}

function reportReserved(text: string, scope: Scope): undefined {
  const name = /AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(text)?.[1]
  scope.report(scope.place, {
    code: 'invalid-principal',
    message: `${shown(text)} is a role of Identity Center, whose name changes when it is provisioned again`,
    remedy: `write \`permission-set/${name ?? 'NAME'}\``,
  })
}
