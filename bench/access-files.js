// Access files of any size, as text.

/** One grant per caller, each to one of twenty accounts, with managed policies, statements and expectations in turn. */
export function manyGrants(count) {
  const targets = accountNames(20)
  const lines = [...renderAccounts(['build', ...targets]), 'grants:']
  for (let i = 0; i < count; i += 1) {
    lines.push(
      `  grant-${i}:`,
      `    description: what the runner of project ${i} may do`,
      '    owner: platform@example.com',
      '    from:',
      '      account: build',
      `      principals: [role/runner-${i}]`,
      '    to:',
      `      accounts: [${targets[i % targets.length]}]`,
      `      role: deploy-${i}`,
      '    allow:',
      '      - policy: AmazonEC2ContainerRegistryPowerUser',
      '      - actions: [s3:GetObject, s3:PutObject]',
      `        resources: ["arn:aws:s3:::project-${i}/*"]`,
      '    require:',
      `      externalId: project_${i}`,
    )
  }
  lines.push('expect:')
  for (let i = 0; i < count; i += 1) {
    const verb = i % 2 === 0 ? 'can' : 'cannot'
    const action = i % 2 === 0 ? 's3:GetObject' : 's3:DeleteObject'
    lines.push(`  - { ${verb}: grant-${i}, do: ${action}, on: "arn:aws:s3:::project-${i}/a" }`)
  }
  return `${lines.join('\n')}\n`
}

/** One grant of one role to so many accounts. */
export function oneGrant(accounts) {
  const lines = [
    ...renderAccounts(['hub', ...accounts]),
    'grants:',
    '  read:',
    '    from:',
    '      account: hub',
    '      principals: [user/administrator]',
    '      policy: { kind: managed, name: ReadEverywhere, resource: any-account }',
    '    to:',
    `      accounts: [${accounts.join(', ')}]`,
    '      role: CrossAccountReadOnlyRole',
    '    allow:',
    '      - policy: SecurityAudit',
  ]
  return `${lines.join('\n')}\n`
}

export function accountNames(count) {
  return Array.from({ length: count }, (_, i) => `account-${i}`)
}

/** The id of the account that comes at this place in a file. */
export function accountId(place) {
  return String(100_000_000_000 + place)
}

function renderAccounts(names) {
  const lines = names.map(
    (name, i) => `  ${name}: { id: "${accountId(i)}", profile: ${name}-admin }`,
  )
  return ['accounts:', ...lines]
}
