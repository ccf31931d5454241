/** How much a finding matters: an `error` breaks something somewhere, a `note` is good to know. */
export type LintSeverity = 'error' | 'warning' | 'note'

export interface ProfileRule {
  readonly severity: LintSeverity
  /** What the AWS CLI and boto3 do, which share one reader. */
  readonly botocore: string
  /** What the AWS SDK for JavaScript does. */
  readonly javascript: string
  readonly remedy: string
}

const cannotRead = 'cannot read the file at all: every profile in it is gone'

/**
 * Everything that `stile profiles check` finds. `test/clients/shared-config.test.ts` holds what is said of the readers
 * to the readers themselves.
 */
export const profileRules = {
  'byte-order-mark': {
    severity: 'error',
    botocore: cannotRead,
    javascript: 'passes over it',
    remedy: 'save the file as UTF-8 without byte order mark',
  },
  'not-utf-8': {
    severity: 'error',
    botocore: cannotRead,
    javascript: 'reads another character in its place',
    remedy: 'save the file as UTF-8',
  },
  'stray-line': {
    severity: 'error',
    botocore: cannotRead,
    javascript: 'passes over the line',
    remedy: 'make it `key = value` below a header, or a comment',
  },
  'duplicate-section': {
    severity: 'error',
    botocore: cannotRead,
    javascript: 'reads both as one; of a setting in both the later wins',
    remedy: 'merge the two sections',
  },
  'duplicate-setting': {
    severity: 'error',
    botocore: cannotRead,
    javascript: 'takes the later one',
    remedy: 'remove one of the two',
  },
  'same-profile-twice': {
    severity: 'warning',
    botocore: 'takes the later section alone, whatever the other says',
    javascript: 'reads both headers as one profile, or one of them not at all',
    remedy: 'merge the two sections under one header',
  },
  'indented-setting': {
    severity: 'error',
    botocore: 'takes it for a part of the value above',
    javascript: 'reads it as a setting of its own',
    remedy: 'remove the blanks before it',
  },
  'inline-comment': {
    severity: 'error',
    botocore: 'takes the comment for a part of the value',
    javascript: 'leaves it out',
    remedy: 'put the comment on a line of its own',
  },
  'colon-separator': {
    severity: 'error',
    botocore: 'reads it',
    javascript: 'passes over it, or splits it elsewhere',
    remedy: 'write `key = value`',
  },
  'upper-case-setting': {
    severity: 'warning',
    botocore: 'reads it in lower case',
    javascript: 'does not know it',
    remedy: 'write it in lower case',
  },
  'ignored-section': {
    severity: 'warning',
    botocore: 'sees no profile in it',
    javascript: 'sees no profile in it',
    remedy: 'in `config` a profile is headed `[profile NAME]`, in `credentials` `[NAME]`',
  },
  'quoted-name': {
    severity: 'warning',
    botocore: 'reads the profile',
    javascript: 'sees no profile in it, since its name has a blank',
    remedy: 'use a name without blanks',
  },
  'line-ends': {
    severity: 'note',
    botocore: 'reads it',
    javascript: 'reads it',
    remedy: 'nothing, unless scripts cut values out: they keep the carriage return',
  },
  'open-to-others': {
    severity: 'warning',
    botocore: 'reads it',
    javascript: 'reads it',
    remedy: 'chmod 600',
  },
  'in-both-files': {
    severity: 'warning',
    botocore: 'takes the value in `credentials`',
    javascript: 'takes the value in `credentials`',
    remedy: 'keep the setting in one file',
  },
  'role-with-process': {
    severity: 'error',
    botocore: 'refuses the profile: the role has no source',
    javascript: 'uses what the process gives WITHOUT assuming the role',
    remedy: 'give the process a profile of its own and name it as `source_profile`',
  },
  'role-without-source': {
    severity: 'error',
    botocore: 'refuses the profile',
    javascript: 'does not assume the role; uses other credentials of the profile, or refuses',
    remedy: 'add `source_profile` or `credential_source`',
  },
  'both-sources': {
    severity: 'error',
    botocore: 'refuses the profile',
    javascript: 'does not assume the role; uses other credentials of the profile, or refuses',
    remedy: 'keep one of the two',
  },
  'keys-beside-role': {
    severity: 'warning',
    botocore: 'assumes the role; as a source of other profiles it takes the keys',
    javascript: 'assumes the role; as a source of other profiles it takes the keys',
    remedy: 'give the keys a profile of their own',
  },
  'missing-source': {
    severity: 'error',
    botocore: 'refuses the profile',
    javascript: 'refuses the profile',
    remedy: 'name a profile that is there',
  },
  loop: {
    severity: 'error',
    botocore: 'refuses the profile',
    javascript: 'refuses the profile',
    remedy: 'end the chain in a profile with credentials of its own',
  },
  'unknown-source': {
    severity: 'error',
    botocore: 'refuses the profile',
    javascript: 'refuses the profile',
    remedy: 'it is one of Environment, Ec2InstanceMetadata, EcsContainer',
  },
  'half-a-key': {
    severity: 'error',
    botocore: 'refuses the profile; passes over a secret without its id',
    javascript: 'passes over the key',
    remedy: 'both `aws_access_key_id` and `aws_secret_access_key` are needed',
  },
  'bad-duration': {
    severity: 'error',
    botocore: 'leaves out what is no number; AWS refuses the rest',
    javascript: 'asks with it, and AWS refuses',
    remedy: 'give 900 to 43200, in seconds',
  },
  'chained-duration': {
    severity: 'error',
    botocore: 'asks with it, and AWS refuses',
    javascript: 'asks with it, and AWS refuses',
    remedy: 'a role entered from a role gives 3600 at most: lower it, or leave it out',
  },
  'unknown-profile': {
    severity: 'error',
    botocore: 'refuses to work',
    javascript: 'finds no credentials in the files, and looks elsewhere',
    remedy: 'name a profile that is there, or unset the variable',
  },
  'keys-and-profile': {
    severity: 'warning',
    botocore: 'uses the keys',
    javascript: 'uses the profile',
    remedy: 'unset one of the two',
  },
  'old-key': {
    severity: 'warning',
    botocore: 'uses it',
    javascript: 'uses it',
    remedy: 'make a new key, use it, and delete this one',
  },
} as const satisfies Readonly<Record<string, ProfileRule>>

export type ProfileRuleCode = keyof typeof profileRules
