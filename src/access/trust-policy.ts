import type { PolicyDocument } from '../core/index.ts'
import type { Account, Grant } from './access-file.ts'
import type { ConditionBlock, DocumentStatement } from './compile-document.ts'
import { mergeConditions, oneOrMany, renderDocument, statementSid } from './compile-document.ts'
import {
  requirementConditions,
  sourceIdentityCondition,
  tagConditions,
} from './trust-conditions.ts'
import type { TrustedParty } from './trust-principals.ts'
import { trustedParties } from './trust-principals.ts'

/**
 * The trust policy of one role in one account. Every grant has statements of its own: merging the conditions of two
 * grants would let a caller of one in on the terms of the other.
 */
export function trustPolicy(grants: readonly Grant[], trusting: Account): PolicyDocument {
  return renderDocument(grants.flatMap((grant) => grantStatements(grant, trusting)))
}

function grantStatements(grant: Grant, trusting: Account): readonly DocumentStatement[] {
  return trustedParties(grant, trusting).flatMap((party) => [
    assumeStatement(grant, party),
    ...sourceIdentityStatement(grant, party),
    ...tagStatement(grant, party),
  ])
}

function assumeStatement(grant: Grant, party: TrustedParty): DocumentStatement {
  return trustStatement(party, {
    sid: statementSid(grant.name, party.suffix),
    action: party.action,
    conditions: [party.narrowing, requirementConditions(grant)],
  })
}

/** AWS: `sts:ExternalId` is no key of `sts:SetSourceIdentity` or `sts:TagSession`, so these stand apart. */
function sourceIdentityStatement(grant: Grant, party: TrustedParty): readonly DocumentStatement[] {
  const condition = sourceIdentityCondition(grant)
  if (condition === undefined) return []
  const sid = statementSid(grant.name, `${party.suffix}SourceIdentity`)
  const conditions = [party.narrowing, condition]
  return [trustStatement(party, { sid, action: 'sts:SetSourceIdentity', conditions })]
}

function tagStatement(grant: Grant, party: TrustedParty): readonly DocumentStatement[] {
  const values = tagConditions(grant)
  if (values === undefined) return []
  const sid = statementSid(grant.name, `${party.suffix}Tags`)
  const conditions = [party.narrowing, values, tagKeyConditions(grant)]
  return [trustStatement(party, { sid, action: 'sts:TagSession', conditions })]
}

/** No tag but the declared ones, and none handed down a chain but those declared transitive. */
function tagKeyConditions(grant: Grant): ConditionBlock {
  const keys = oneOrMany(Object.keys(grant.session.tags))
  const { transitiveTags } = grant.session
  const onlyDeclared = { 'ForAllValues:StringEquals': { 'aws:TagKeys': keys } }
  const transitive: ConditionBlock =
    transitiveTags.length === 0
      ? { Null: { 'sts:TransitiveTagKeys': 'true' } }
      : { 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': oneOrMany(transitiveTags) } }
  return mergeConditions([onlyDeclared, transitive])
}

interface TrustTerms {
  readonly sid: string
  readonly action: string
  readonly conditions: readonly ConditionBlock[]
}

function trustStatement(party: TrustedParty, terms: TrustTerms): DocumentStatement {
  const condition = mergeConditions(terms.conditions)
  return {
    Sid: terms.sid,
    Effect: 'Allow',
    Principal: party.principal,
    Action: terms.action,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  }
}
