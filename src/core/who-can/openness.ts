import { parseAccountId } from '../arn/account-id.ts'
import { splitArn } from '../arn/arn.ts'
import { compileGlob, type GlobTest } from '../arn/glob.ts'
import { compileAction } from '../policy/action-index.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { Condition, Statement } from '../policy/policy.ts'
import { type NamedEntry, namedIn } from './named-principals.ts'

/** Whom the allows that name no single principal take in: those about `*` and about accounts. */
export interface Openness {
  readonly isForEveryone: boolean
  /** The only accounts that those let in by `*` can come from; undefined: any. */
  readonly accounts: ReadonlySet<string> | undefined
  /** Whether somebody of this ARN may be let in at all, by what is demanded of `aws:PrincipalArn`; undefined: anybody. */
  readonly mayBe: GlobTest | undefined
}

/** Takes the action in lower case. */
export function readOpenness(trust: CompiledPolicy, action: string): Openness {
  const entries = namedIn(trust).entries.filter(({ statement }) =>
    compileAction(statement.action)(action),
  )
  const pinsOfKind = (kind: NamedEntry['kind']) =>
    entries.filter((each) => each.kind === kind).map(({ statement }) => pinsOf(statement))
  const ofEveryone = pinsOfKind('everyone')
  return {
    isForEveryone: ofEveryone.length > 0,
    accounts: accountsIn(ofEveryone),
    mayBe: testOf([...ofEveryone, ...pinsOfKind('account')]),
  }
}

type Pins = readonly string[] | undefined

function accountsIn(pins: readonly Pins[]): ReadonlySet<string> | undefined {
  const accounts = pins.flatMap((values) => values?.map(accountOf) ?? [undefined])
  if (accounts.includes(undefined)) return undefined
  return new Set(accounts.flatMap((each) => each ?? []))
}

function accountOf(pattern: string): string | undefined {
  return parseAccountId(splitArn(pattern)?.[4] ?? '')
}

function testOf(pins: readonly Pins[]): GlobTest | undefined {
  if (pins.includes(undefined)) return undefined
  const tests = pins.flatMap((values) => values ?? []).map((pattern) => compileGlob(pattern))
  return (arn) => tests.some((test) => test(arn))
}

/** The patterns one of which the caller's ARN has to match; undefined where none has to. */
function pinsOf({ conditions }: Statement): Pins {
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
