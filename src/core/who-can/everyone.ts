import { parseAccountId } from '../arn/account-id.ts'
import { splitArn } from '../arn/arn.ts'
import { compileGlob, type GlobTest } from '../arn/glob.ts'
import { compileAction } from '../policy/action-index.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { Condition, Statement } from '../policy/policy.ts'
import { namedIn } from './named-principals.ts'

/** Whom the statements about `*` take in, as far as their demands on `aws:PrincipalArn` narrow that. */
export interface Everyone {
  /** The only accounts that anybody can come from; undefined: any. */
  readonly accounts: ReadonlySet<string> | undefined
  /** Whether a principal of this ARN may come at all; undefined: anybody. */
  readonly mayBe: GlobTest | undefined
}

/** Undefined where no allow about the action (in lower case) is for everyone. */
export function readEveryone(trust: CompiledPolicy, action: string): Everyone | undefined {
  const statements = namedIn(trust)
    .entries.filter(({ kind }) => kind === 'everyone')
    .map(({ statement }) => statement)
    .filter((statement) => compileAction(statement.action)(action))
  if (statements.length === 0) return undefined
  const pins = statements.map(pinsOf)
  const all = pins.flatMap((values) => values ?? [])
  if (pins.includes(undefined)) return { accounts: undefined, mayBe: undefined }
  const accounts = all.map((value) => parseAccountId(splitArn(value)?.[4] ?? ''))
  const tests = all.map(compileGlob)
  return {
    accounts: accounts.includes(undefined)
      ? undefined
      : new Set(accounts.flatMap((each) => each ?? [])),
    mayBe: (arn) => tests.some((test) => test(arn)),
  }
}

/** The patterns one of which the caller's ARN has to match; undefined where none has to. */
function pinsOf({ conditions }: Statement): readonly string[] | undefined {
  return conditions.find(isPin)?.values
}

function isPin({ key, operator, quantifier, ifExists, values }: Condition): boolean {
  return (
    key.toLowerCase() === 'aws:principalarn' &&
    /^(Arn|String)(Equals|Like)$/.test(operator) &&
    quantifier === undefined &&
    !ifExists &&
    values.every((value) => !value.includes('${'))
  )
}
