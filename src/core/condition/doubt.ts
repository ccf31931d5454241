import type { Certainty } from '../evaluate/decision.ts'

/**
 * What can make an answer less than documented: one bit each, so that a decision can gather them without allocating.
 * Where AWS leaves a case open, the engine takes the side that grants less and raises the bit.
 */
export const doubt = {
  derivedRoleArn: 1,
  unknownUniqueId: 2,
  forAnyValueIfExists: 4,
  manyValuesWithoutQuantifier: 8,
  unreadableValue: 16,
  nullWithQuantifier: 32,
  manyValuesInVariable: 64,
  variableOutsideResourcePart: 128,
  unresolvedNotResource: 256,
  everyoneAndServices: 512,
  everyoneAndLimits: 1024,
  notPrincipalPartly: 2048,
  rcpOfOtherService: 4096,
  variableInBool: 8192,
  canonicalUser: 16_384,
  unknownFederator: 32_768,
  emptyText: 65_536,
  resourceAccountOfNone: 131_072,
  sessionTokenDenied: 262_144,
  grantAndLimits: 524_288,
  grantAcrossAccounts: 1_048_576,
  sessionOfProvider: 2_097_152,
} as const

interface DoubtRow {
  readonly bit: number
  readonly certainty: Exclude<Certainty, 'documented'>
  readonly note: string
}

const rows: readonly DoubtRow[] = [
  {
    bit: doubt.derivedRoleArn,
    certainty: 'assumed',
    note: "the role of the session is taken to be at path `/`: a session's ARN does not tell the path; a deny for a role of its name elsewhere is taken to hold",
  },
  {
    bit: doubt.unknownUniqueId,
    certainty: 'assumed',
    note: 'a policy names a principal by its unique id, and the request does not tell that of the caller; an allow is taken to name another, a deny to name the caller',
  },
  {
    bit: doubt.forAnyValueIfExists,
    certainty: 'undocumented',
    note: 'AWS’s pages contradict each other on `ForAnyValue` with `IfExists` and a missing key; the condition is taken as not met by an allow and met by a deny',
  },
  {
    bit: doubt.manyValuesWithoutQuantifier,
    certainty: 'undocumented',
    note: 'a condition without `ForAllValues` or `ForAnyValue` met a key with several values; it is taken as not met by an allow and met by a deny',
  },
  {
    bit: doubt.unreadableValue,
    certainty: 'undocumented',
    note: 'a value cannot be read as what its condition operator compares; the condition is taken as not met by an allow and met by a deny',
  },
  {
    bit: doubt.nullWithQuantifier,
    certainty: 'undocumented',
    note: '`Null` with `ForAllValues` or `ForAnyValue` is taken as `Null` alone',
  },
  {
    bit: doubt.manyValuesInVariable,
    certainty: 'undocumented',
    note: 'a policy variable names a key with several values; in a resource it is taken to have none, a condition is taken as not met by an allow and met by a deny',
  },
  {
    bit: doubt.variableOutsideResourcePart,
    certainty: 'undocumented',
    note: 'a policy variable stands before the fifth colon of a resource’s ARN, where AWS’s pages say it cannot; the statement is taken not to match when it allows, and to match when it denies',
  },
  {
    bit: doubt.unresolvedNotResource,
    certainty: 'undocumented',
    note: 'a policy variable in `NotResource` has no value; the statement is taken not to match when it allows, and to match when it denies',
  },
  {
    bit: doubt.everyoneAndServices,
    certainty: 'undocumented',
    note: 'whether `Principal: "*"` in an allow takes in AWS services and identity providers is left open; it is taken not to',
  },
  {
    bit: doubt.everyoneAndLimits,
    certainty: 'undocumented',
    note: 'whether a permissions boundary or session policy limits what `Principal: "*"` grants in the same account is left open; it is taken to',
  },
  {
    bit: doubt.notPrincipalPartly,
    certainty: 'undocumented',
    note: '`NotPrincipal` names the caller but not also its account (and the role and its session); it is taken to deny, as some services do',
  },
  {
    bit: doubt.rcpOfOtherService,
    certainty: 'undocumented',
    note: 'a resource control policy denies an action of a service that is not known to support such policies; the deny is left out',
  },
  {
    bit: doubt.variableInBool,
    certainty: 'undocumented',
    note: 'AWS’s pages contradict each other on variables with `Bool`; the condition is taken as not met by an allow and met by a deny',
  },
  {
    bit: doubt.sessionOfProvider,
    certainty: 'undocumented',
    note: 'whether a resource-based policy that names an identity provider takes in role sessions that came by it is left open; an allow is taken not to, a deny is',
  },
  {
    bit: doubt.canonicalUser,
    certainty: 'assumed',
    note: 'a policy names a canonical user, and which account that is cannot be known here; an allow is taken to name another, a deny to name the caller',
  },
  {
    bit: doubt.unknownFederator,
    certainty: 'assumed',
    note: 'a policy names a user, and the request does not tell which user federated the caller; an allow is taken to name another, a deny to name that user',
  },
  {
    bit: doubt.emptyText,
    certainty: 'undocumented',
    note: 'whether a key with an empty text counts as absent for `ForAnyValue` and `Null` is left open; the condition is taken as not met by an allow and met by a deny',
  },
  {
    bit: doubt.resourceAccountOfNone,
    certainty: 'undocumented',
    note: 'whether a request without a resource carries `aws:ResourceAccount` is left open; the condition is taken as not met by an allow and met by a deny',
  },
  {
    bit: doubt.sessionTokenDenied,
    certainty: 'undocumented',
    note: 'AWS’s pages contradict each other on whether a deny of `sts:GetSessionToken` holds; it is taken to',
  },
  {
    bit: doubt.grantAndLimits,
    certainty: 'undocumented',
    note: 'whether a permissions boundary or session policy limits what a grant of a KMS key allows is left open; it is taken to',
  },
  {
    bit: doubt.grantAcrossAccounts,
    certainty: 'undocumented',
    note: 'whether a grant of a KMS key suffices for a caller of another account is left open; an identity-based allow is asked for as well',
  },
]

/** What the gathered bits say of an answer: `undocumented` outweighs `assumed`. */
export function judge(bits: number): { certainty: Certainty; notes: readonly string[] } {
  if (bits === 0) return certain
  return ofOneBit.get(bits) ?? gather(bits)
}

function gather(bits: number): { certainty: Certainty; notes: readonly string[] } {
  const raised = rows.filter((row) => (row.bit & bits) !== 0)
  const isOpen = raised.some((row) => row.certainty === 'undocumented')
  return {
    certainty: isOpen ? 'undocumented' : 'assumed',
    notes: raised.map((row) => row.note),
  }
}

// Most answers that are open at all are so for one reason.
const ofOneBit = new Map(rows.map(({ bit }) => [bit, gather(bit)]))

const certain = { certainty: 'documented', notes: [] as readonly string[] } as const
