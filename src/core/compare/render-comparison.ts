import type { ContextValue, Principal, Request } from '../evaluate/request.ts'
import { unreachable } from '../unreachable.ts'
import type { Comparison, OneWay, Undecided, Verdict } from './compare.ts'
import type { Difference } from './difference.ts'

const headlines: Readonly<Record<Verdict, string>> = {
  equal: 'equal: both policies allow exactly the same requests',
  broader: 'broader: the new policy allows more than the old one',
  narrower: 'narrower: the new policy allows less than the old one',
  different: 'different: each policy allows what the other does not',
  undecided: 'undecided: no difference was found, and none was ruled out',
}

/** A comparison in words, one line each; no colour. */
export function renderComparison({ verdict, gained, lost }: Comparison): readonly string[] {
  const isOpen = gained.undecided.length + lost.undecided.length > 0
  const open = isOpen && verdict !== 'undecided' ? '; parts of it are undecided' : ''
  return [
    `${headlines[verdict]}${open}`,
    ...renderWay(gained, 'the new policy also allows'),
    ...renderWay(lost, 'the new policy no longer allows'),
  ]
}

function renderWay({ differences, undecided }: OneWay, title: string): readonly string[] {
  return [
    ...groupsOf(differences).flatMap((group) => renderGroup(group, title)),
    ...groupsOf(undecided).flatMap((group) => renderUndecided(group, title)),
  ]
}

/** Those that differ in their actions alone. */
function groupsOf<D extends Difference>(differences: readonly D[]): readonly (readonly D[])[] {
  const groups = new Map<string, D[]>()
  for (const difference of differences) {
    const { statement, exceptActions, resources, exceptResources, conditions } = difference
    const parts = [statement, exceptActions, resources, exceptResources, conditions]
    const key = JSON.stringify(parts)
    groups.set(key, [...(groups.get(key) ?? []), difference])
  }
  return [...groups.values()]
}

function renderGroup(
  group: readonly (Difference & { readonly witness: Request })[],
  title: string,
): readonly string[] {
  const [first] = group
  if (first === undefined) return []
  return [
    '',
    ...renderSet(group, title),
    ...renderRequest(first.witness).map((line, i) =>
      i === 0 ? `  for example: ${line}` : `    ${line}`,
    ),
  ]
}

function renderUndecided(group: readonly Undecided[], title: string): readonly string[] {
  const [first] = group
  if (first === undefined) return []
  return ['', ...renderSet(group, `undecided whether ${title}`), `  since ${first.reason}`]
}

const mostNamed = 12

function renderSet(group: readonly Difference[], title: string): readonly string[] {
  const [first] = group
  if (first === undefined) return []
  const actions = join(group.flatMap((each) => each.actions))
  const except = first.exceptActions.length > 0 ? `, except ${join(first.exceptActions)}` : ''
  const others = first.exceptResources.length > 0 ? `, except ${join(first.exceptResources)}` : ''
  return [
    `${title} ${actions}${except}`,
    `  on ${join(first.resources)}${others}`,
    ...first.conditions.map((condition) => `  where ${condition}`),
  ]
}

function join(texts: readonly string[]): string {
  const unique = [...new Set(texts)]
  const more = unique.length > mostNamed ? ` and ${unique.length - mostNamed} more` : ''
  return unique.slice(0, mostNamed).join(', ') + more
}

/** `arn:aws:iam::111122223333:user/ana: s3:GetObject on arn:aws:s3:::b/example`, then a line per condition key. */
export function renderRequest(request: Request): readonly string[] {
  const { principal, action, resource, context } = request
  const keys = Object.entries(context).map(([key, value]) => `with ${key} = ${textOf(value)}`)
  return [`${renderCaller(principal)}: ${action} on ${resource}`, ...keys]
}

function textOf(value: ContextValue): string {
  return typeof value === 'object' ? value.join(', ') : String(value)
}

function renderCaller(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anybody without credentials'
    case 'service':
      return principal.service
    case 'root':
    case 'user':
    case 'roleSession':
    case 'federatedUser':
    case 'federated':
      return principal.arn
    default:
      return unreachable(principal)
  }
}
