/** What a first access file needs to know: one caller, one role, one permission. */
export interface FirstAccess {
  /** Account id of the caller. */
  readonly fromAccount: string
  /** `role/NAME`, `user/NAME`, `group/NAME` or `permission-set/NAME`. */
  readonly fromPrincipal: string
  /** Account id of the account that is entered. */
  readonly toAccount: string
  readonly role: string
  /** An AWS managed policy by its name. */
  readonly policy: string
  readonly externalId?: string
  /** The profiles with which Stile itself signs in; left out, they are commented out. */
  readonly fromProfile?: string
  readonly toProfile?: string
  /** What the file calls the accounts and the grant; `caller`, `target` and `first-grant` by default. */
  readonly fromName?: string
  readonly toName?: string
  readonly grantName?: string
}

/** A first access file with a comment on every line that a newcomer may want to change. */
export function renderFirstAccessFile(answers: FirstAccess): string {
  const from = answers.fromName ?? 'caller'
  const to = answers.toName ?? 'target'
  const grant = answers.grantName ?? 'first-grant'
  return `${[
    '# yaml-language-server: $schema=./node_modules/stile-aws/schema/access.schema.json',
    '#',
    '# Who in which account may do what in which other account.',
    '# stile check   proves what this file grants, and what it does not',
    '# stile plan    shows what would change in both accounts; stile apply makes it so',
    '',
    '# Sets this file apart from every other on the same accounts: by it Stile knows what it owns.',
    `name: ${quote(fileNameOf(answers.role))}`,
    '',
    '# Every account under a name of your choice. profile: how Stile itself signs in there.',
    'accounts:',
    ...renderAccount({ name: from, id: answers.fromAccount, profile: answers.fromProfile }),
    ...renderAccount({ name: to, id: answers.toAccount, profile: answers.toProfile }),
    '',
    'grants:',
    `  ${quote(grant)}:`,
    ...renderFrom(answers, from),
    '    to:',
    `      accounts: [${quote(to)}] # names, all, ou:Workloads/Prod, tag:env=prod`,
    `      role: ${quote(answers.role)} # created there`,
    '    allow: # what the role may do',
    `      - policy: ${quote(answers.policy)} # an AWS managed policy`,
    '      # - actions: [s3:GetObject]',
    '      #   resources: ["arn:aws:s3:::my-bucket/*"]',
    ...renderRequire(answers.externalId),
    '    # session: { maxDuration: 1h }',
    '',
    '# What must work, and what must not: proved by stile check, before anything is applied.',
    '# expect:',
    `#   - { cannot: ${quote(grant)}, do: "iam:Create*", on: "*" }`,
  ].join('\n')}\n`
}

/** The role's name, as far as it can name a file. */
function fileNameOf(role: string): string {
  const name = role.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  return name === '' ? 'access' : name
}

function renderAccount(account: {
  readonly name: string
  readonly id: string
  readonly profile: string | undefined
}): readonly string[] {
  const profile =
    account.profile === undefined
      ? '    # profile: NAME-IN-YOUR-AWS-CONFIG'
      : `    profile: ${quote(account.profile)}`
  return [
    `  ${quote(account.name)}:`,
    `    id: ${JSON.stringify(account.id)} # in quotes: it is no number`,
    profile,
  ]
}

function renderFrom(answers: FirstAccess, from: string): readonly string[] {
  return [
    '    # description: what this access is for',
    '    # owner: who answers for it',
    '    # expires: 2030-12-31 # the last day, in UTC; IAM itself refuses from then on',
    '    from:',
    `      account: ${quote(from)}`,
    `      principals: [${quote(answers.fromPrincipal)}] # user/…, role/…, group/…, permission-set/…`,
  ]
}

function renderRequire(externalId: string | undefined): readonly string[] {
  return externalId === undefined
    ? ['    # require: { externalId: the-id-a-vendor-issued, sourceIp: [203.0.113.0/24] }']
    : ['    require:', `      externalId: ${quote(externalId)}`]
}

/** Plain where YAML certainly reads it as that very text, else in double quotes, which YAML shares with JSON. */
function quote(text: string): string {
  const isPlain =
    /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return isPlain ? text : JSON.stringify(text)
}
