import type { Grant, Permission } from './access-file.ts'
import { shown } from './grammar.ts'
import { type Place, placeAt, type Report } from './place.ts'

export interface PlacedGrant {
  readonly grant: Grant
  readonly place: Place
}

/** What the grants of one role must agree in: the role has it once, whoever comes in. */
const sharedParts: readonly {
  readonly name: string
  readonly path: readonly string[]
  readonly read: (grant: Grant) => unknown
}[] = [
  { name: 'the spelling of the role', path: ['to', 'role'], read: (grant) => grant.to.role },
  { name: '`to.path`', path: ['to', 'path'], read: (grant) => grant.to.path },
  { name: '`to.boundary`', path: ['to', 'boundary'], read: (grant) => grant.to.boundary },
  { name: '`allow`', path: ['allow'], read: (grant) => grant.allow.map(renderPermission).sort() },
  {
    name: '`session.maxDuration`',
    path: ['session', 'maxDuration'],
    read: (grant) => grant.session.maxDurationSeconds,
  },
]

/** Reports grants that lead to one role and say different things about it. */
export function reportSharedRoles(grants: readonly PlacedGrant[], report: Report): void {
  const firstOfRole = new Map<string, Grant>()
  for (const { grant, place } of grants) {
    const rivals = new Set<Grant>()
    for (const account of grant.to.accounts) {
      // AWS: the names of roles are unique in an account whatever their path and case.
      const key = `${account.id} ${grant.to.role.toLowerCase()}`
      const first = firstOfRole.get(key)
      if (first === undefined) firstOfRole.set(key, grant)
      else rivals.add(first)
    }
    for (const first of rivals) reportDifferences(first, { grant, place, report })
  }
}

function reportDifferences(
  first: Grant,
  { grant, place, report }: PlacedGrant & { readonly report: Report },
): void {
  for (const part of sharedParts) {
    if (JSON.stringify(part.read(first)) === JSON.stringify(part.read(grant))) continue
    report(placeAt(place, ...part.path), {
      code: 'shared-role-differs',
      message: `grants ${shown(first.name)} and ${shown(grant.name)} share the role ${shown(first.to.role)} and differ in ${part.name}`,
      remedy: `make them agree (${shown(first.name)} is at ${first.position.file}:${first.position.line}), or give one of them a role of its own`,
    })
  }
}

/** Reports grants whose names differ only in case: AWS would take the policies named for them for one. */
export function reportSimilarNames(grants: readonly PlacedGrant[], report: Report): void {
  const first = new Map<string, Grant>()
  for (const { grant, place } of grants) {
    const name = grant.name.toLowerCase()
    const similar = first.get(name)
    if (similar === undefined) {
      first.set(name, grant)
    } else if (similar.name !== grant.name) {
      report(
        { ...place, position: place.keyPosition },
        {
          code: 'similar-grant-names',
          message: `grants ${shown(similar.name)} and ${shown(grant.name)} differ only in case, which the names of IAM policies do not keep apart`,
          remedy: 'rename one of the two',
        },
      )
    }
  }
}

function renderPermission(permission: Permission): string {
  return permission.kind === 'managed'
    ? JSON.stringify(permission.policy)
    : JSON.stringify(permission.statement)
}
