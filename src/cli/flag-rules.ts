import { CliError } from './cli-error.ts'
import type { OptionValues } from './command.ts'

/** What AWS takes for a flag, so that a slip is told at once and in the flag's own words. */
interface FlagRule {
  readonly flag: string
  readonly pattern: RegExp
  readonly takes: string
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const rules: Readonly<Record<string, FlagRule>> = {
  sessionName: {
    flag: '--session-name',
    pattern: /^[\w+=,.@-]{2,64}$/,
    takes: '2 to 64 letters, digits and _+=,.@-',
  },
  externalId: {
    flag: '--external-id',
    pattern: /^[\w+=,.@:/-]{2,1224}$/,
    takes: '2 to 1224 letters, digits and _+=,.@:/-',
  },
  sourceIdentity: {
    flag: '--source-identity',
    pattern: /^(?!aws:)[\w+=,.@-]{2,256}$/,
    takes: '2 to 256 letters, digits and _+=,.@-',
  },
  mfa: { flag: '--mfa', pattern: /^\d{6}$/, takes: 'six digits' },
  mfaSerial: {
    flag: '--mfa-serial',
    pattern: /^[\w+=/:,.@-]{9,256}$/,
    takes: 'the ARN of a device, as `aws iam list-mfa-devices` prints it, or a serial number',
  },
  policyArn: {
    flag: '--policy-arn',
    pattern: /^arn:aws[\w-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/,
    takes:
      'ARNs of managed policies, arn:aws:iam::aws:policy/NAME or arn:aws:iam::ACCOUNT:policy/NAME',
  },
}

/** Usage errors for what AWS would refuse, before anything is asked of it. */
export function requireFlags(options: OptionValues): void {
  for (const [name, { flag, pattern, takes }] of Object.entries(rules)) {
    for (const text of [options[name] ?? []].flat().map(String)) {
      // What was typed for a code may be a secret of another kind.
      const shown = name === 'mfa' ? '' : ` \`${text}\``
      if (!pattern.test(text)) throw new CliError(`${flag}${shown}: it takes ${takes}`)
    }
  }
}
