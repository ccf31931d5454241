import {
  entryPlaces,
  itemPlaces,
  type Place,
  placeAt,
  type Report,
  valueAt,
} from '../../access/index.ts'
import { findManagedPolicy, nearestManagedPolicy } from '../../catalog/index.ts'
import { didYouMean, type PolicyType, parsePolicy } from '../../core/index.ts'
import type { SeedFile, SeedFileUnit } from './seed-schema.ts'

interface Check {
  readonly file: SeedFile
  readonly top: Place
  readonly report: Report
}

/** Reports everything that the shape of a seed file does not say: ids, names that mean nothing, and documents. */
export function checkSeedFile(check: Check): void {
  const { file, top, report } = check
  const ids = new Map<string, string>()
  const keys = new Set<string>()
  for (const [name, account] of Object.entries(file.accounts)) {
    const at = placeAt(top, 'accounts', name)
    const twin = ids.get(account.id)
    if (!/^\d{12}$/.test(account.id)) {
      report(placeAt(at, 'id'), {
        code: 'account-id',
        message: `\`${account.id}\` is no account id: it takes twelve digits`,
      })
    } else if (twin !== undefined) {
      report(placeAt(at, 'id'), {
        code: 'duplicate-account',
        message: `\`${twin}\` has this id too`,
      })
    }
    ids.set(account.id, name)
    checkKeys(at, keys, report)
    checkAccount(at, { ...check, policyNames: Object.keys(account.policies ?? {}) })
  }
  checkOrganization(check)
}

function checkKeys(account: Place, seen: Set<string>, report: Report): void {
  const ofUsers = [...entryPlaces(placeAt(account, 'users')).values()].flatMap((user) =>
    itemPlaces(placeAt(user, 'keys')),
  )
  for (const key of [placeAt(account, 'rootKey'), ...ofUsers]) {
    const place = placeAt(key, 'accessKeyId')
    if (place.node?.kind !== 'scalar') continue
    const id = String(place.node.value)
    if (seen.has(id)) {
      const message = `the access key \`…${id.slice(-4)}\` is given twice`
      report(place, { code: 'duplicate-key-id', message })
    }
    seen.add(id)
  }
}

type AccountCheck = Check & { readonly policyNames: readonly string[] }

function checkAccount(at: Place, check: AccountCheck): void {
  for (const place of entryPlaces(placeAt(at, 'policies')).values()) {
    checkDocument(place, 'identity', check.report)
  }
  for (const kind of ['users', 'roles'] as const) {
    for (const [name, place] of entryPlaces(placeAt(at, kind))) {
      checkName(name, place, check.report)
      checkHolder(place, check)
    }
  }
  for (const role of entryPlaces(placeAt(at, 'roles')).values()) {
    checkDocument(placeAt(role, 'trust'), 'trust', check.report)
  }
}

function checkName(name: string, place: Place, report: Report): void {
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return
  const message = `\`${name}\` is no name in IAM: up to 64 letters, digits and \`+=,.@_-\``
  report({ ...place, position: place.keyPosition }, { code: 'iam-name', message })
}

function checkHolder(holder: Place, check: AccountCheck): void {
  for (const place of entryPlaces(placeAt(holder, 'inlinePolicies')).values()) {
    checkDocument(place, 'identity', check.report)
  }
  const named = [...itemPlaces(placeAt(holder, 'managedPolicies')), placeAt(holder, 'boundary')]
  for (const place of named) checkPolicyName(place, check)
}

function checkPolicyName(place: Place, { policyNames, report }: AccountCheck): void {
  if (place.node?.kind !== 'scalar') return
  const name = String(place.node.value)
  if (policyNames.includes(name) || /^arn:aws:iam::\d{12}:policy\//.test(name)) return
  if (findManagedPolicy(name) !== undefined) return
  const near = nearestManagedPolicy(name)
  report(place, {
    code: 'unknown-policy',
    message: `\`${name}\` is no policy of this account and none of AWS's${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
  })
}

function checkDocument(place: Place, type: PolicyType, report: Report): void {
  const parsed = parsePolicy(valueAt(place), type)
  if (parsed.ok) return
  for (const problem of parsed.problems) {
    const at = placeAt(place, ...segmentsOf(problem.path))
    report(at, { code: problem.code, message: problem.message })
  }
}

function segmentsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = '']) =>
    index === undefined ? name : Number(index),
  )
}

function checkOrganization({ file, top, report }: Check): void {
  const { organization } = file
  if (organization === undefined) return
  const at = placeAt(top, 'organization')
  const accounts = Object.keys(file.accounts)
  const requireAccount = (place: Place): void => {
    if (place.node?.kind !== 'scalar') return
    const name = String(place.node.value)
    if (accounts.includes(name)) return
    const message = `there is no account \`${name}\`${didYouMean(name, accounts)}`
    report(place, { code: 'unknown-account', message })
  }
  requireAccount(placeAt(at, 'managementAccount'))
  for (const place of memberPlaces(at)) requireAccount(place)
  checkMembership(memberPlaces(at), organization.managementAccount, report)
  const targets = ['Root', ...unitPaths(organization.units ?? {}), ...accounts]
  for (const [name, policy] of Object.entries(organization.policies ?? {})) {
    const place = placeAt(at, 'policies', name)
    const type = policy.type === 'SERVICE_CONTROL_POLICY' ? 'scp' : 'rcp'
    checkDocument(placeAt(place, 'document'), type, report)
    for (const [index, target] of policy.targets.entries()) {
      if (targets.includes(target)) continue
      const message = `there is no unit or account \`${target}\`${didYouMean(target, targets)}`
      report(placeAt(place, 'targets', index), { code: 'unknown-target', message })
    }
  }
}

function checkMembership(places: readonly Place[], management: string, report: Report): void {
  const seen = new Set([management])
  for (const place of places) {
    const name = place.node?.kind === 'scalar' ? String(place.node.value) : ''
    if (seen.has(name)) {
      const message = `\`${name}\` has two places in the organization`
      report(place, { code: 'duplicate-member', message })
    }
    seen.add(name)
  }
}

function memberPlaces(container: Place): readonly Place[] {
  const inner = [...entryPlaces(placeAt(container, 'units')).values()]
  return [...itemPlaces(placeAt(container, 'accounts')), ...inner.flatMap(memberPlaces)]
}

function unitPaths(
  units: Readonly<Record<string, SeedFileUnit | null>>,
  prefix = '',
): readonly string[] {
  return Object.entries(units).flatMap(([name, unit]) => {
    const path = `${prefix}${name}`
    return [path, ...unitPaths(unit?.units ?? {}, `${path}/`)]
  })
}
