import type { Condition, Policy, PolicyDocument, PrincipalElement, Statement } from './policy.ts'

/** The document that `parsePolicy` reads back as the same policy. Lists of one value are written as that value. */
export function renderPolicy(policy: Policy): PolicyDocument {
  return {
    Version: policy.version,
    ...(policy.id === undefined ? {} : { Id: policy.id }),
    Statement: policy.statements.map(renderStatement),
  }
}

function renderStatement(statement: Statement): PolicyDocument {
  const { sid, effect, principal, action, resource, conditions } = statement
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    ...(principal === undefined ? {} : renderPrincipal(principal)),
    [action.negated ? 'NotAction' : 'Action']: oneOrMany(action.patterns),
    ...(resource === undefined
      ? {}
      : { [resource.negated ? 'NotResource' : 'Resource']: oneOrMany(resource.patterns) }),
    ...(conditions.length === 0 ? {} : { Condition: renderConditions(conditions) }),
  }
}

function renderPrincipal({ negated, entries }: PrincipalElement): PolicyDocument {
  const name = negated ? 'NotPrincipal' : 'Principal'
  const byKind = new Map<string, string[]>()
  for (const entry of entries) {
    if (entry.kind === 'everyone') return { [name]: '*' }
    byKind.set(entry.kind, [...(byKind.get(entry.kind) ?? []), entry.value])
  }
  return { [name]: Object.fromEntries([...byKind].map(([kind, all]) => [kind, oneOrMany(all)])) }
}

function renderConditions(conditions: readonly Condition[]): PolicyDocument {
  const byOperator = new Map<string, (readonly [string, unknown])[]>()
  for (const condition of conditions) {
    const { quantifier, operator, ifExists, key, values } = condition
    const prefix = quantifier === undefined ? '' : `${quantifier}:`
    const name = `${prefix}${operator}${ifExists ? 'IfExists' : ''}`
    byOperator.set(name, [...(byOperator.get(name) ?? []), [key, oneOrMany(values)]])
  }
  return Object.fromEntries([...byOperator].map(([name, keys]) => [name, Object.fromEntries(keys)]))
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [only] = values
  return values.length === 1 && only !== undefined ? only : values
}
