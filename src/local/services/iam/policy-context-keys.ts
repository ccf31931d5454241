import type { Policy, Statement } from '../../../core/index.ts'

/** The condition keys that statements ask for, by conditions and by `${...}`, as written, each once. */
export function contextKeysOf(policies: readonly Policy[]): readonly string[] {
  return uniqueKeys(
    policies.flatMap((policy) =>
      policy.statements.flatMap((statement) => keysOfStatement(statement, policy.version)),
    ),
  )
}

export function keysOfStatement(
  { resource, conditions }: Statement,
  version: Policy['version'],
): readonly string[] {
  return [
    ...(resource?.patterns ?? []).flatMap((pattern) => variablesOf(pattern, version)),
    ...conditions.flatMap(({ key, values }) => [
      key,
      ...values.flatMap((value) => variablesOf(value, version)),
    ]),
  ]
}

/** AWS: only policies of the newer version have variables. */
function variablesOf(text: string, version: Policy['version']): readonly string[] {
  if (version !== '2012-10-17') return []
  return [...text.matchAll(/\$\{([^},]+)[^}]*\}/g)].flatMap(([, name = '']) => {
    const key = name.trim()
    return key === '*' || key === '?' || key === '$' ? [] : [key]
  })
}

/** Keys are compared without regard to case. */
export function uniqueKeys(keys: readonly string[]): readonly string[] {
  const seen = new Map(keys.toReversed().map((key) => [key.toLowerCase(), key]))
  return [...new Set(keys.map((key) => seen.get(key.toLowerCase()) ?? key))]
}
