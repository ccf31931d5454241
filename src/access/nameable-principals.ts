import type { GrantPrincipal } from './access-file.ts'
import type { FromShape } from './from-schema.ts'
import { shown } from './grammar.ts'
import { isPattern, renderPrincipal } from './parse-principal.ts'
import { keyPlaceAt, placeAt, type Scope } from './place.ts'

/**
 * Reports what cannot stand under `trust: principal`: a trust policy names users and roles by their exact ARN
 * and nothing else.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function reportTrustFaults(
  shape: FromShape,
  scope: Scope & { readonly principals: readonly GrantPrincipal[] },
): void {
  reportUnneededWildcard(shape, scope)
  if (shape.trust !== 'principal') return
  if (shape.principals === undefined) {
    scope.report(placeAt(scope.place, 'trust'), {
      code: 'trust-names-nobody',
      message: '`trust: principal` needs principals to name, and the whole account has none',
      remedy: 'add `principals`, or remove `trust`',
    })
  }
  for (const principal of scope.principals) {
    const reason = isPattern(principal) ? 'a pattern' : unnameable[principal.kind]
    if (reason === undefined) continue
    scope.report(
      { ...placeAt(scope.place, 'principals'), position: principal.position },
      {
        code: 'trust-cannot-name',
        message: `${shown(renderPrincipal(principal))} is ${reason}, which a trust policy cannot name as a principal`,
        remedy: 'remove `trust: principal`, or give this one a grant of its own without it',
      },
    )
  }
}

const unnameable: Readonly<Partial<Record<GrantPrincipal['kind'], string>>> = {
  group: 'a group',
  'permission-set': 'a permission set, whose role gets a new name with every assignment',
}

function reportUnneededWildcard(
  shape: FromShape,
  scope: Scope & { readonly principals: readonly GrantPrincipal[] },
): void {
  if (shape.allowWildcard !== true || scope.principals.some(isPattern)) return
  scope.report(keyPlaceAt(scope.place, 'allowWildcard'), {
    severity: 'warning',
    code: 'unneeded-allow-wildcard',
    message: '`allowWildcard: true` allows patterns in `principals`, and there is none',
    remedy: 'remove it, so that a later pattern does not pass unseen',
  })
}
