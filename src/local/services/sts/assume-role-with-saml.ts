import type { Call, Operation } from '../../operation.ts'
import type { SessionTokens } from '../../session-token.ts'
import { findSamlProviderByArn, type SamlProvider } from '../iam/saml-provider.ts'
import type { FederatedIdentity } from './federated-role.ts'
import { federatedQuestions, issueFederatedSession } from './federated-role.ts'
import { requireRoleAccount } from './find-role.ts'
import type { SamlIdentity } from './saml-assertion.ts'
import { invalid, readSamlAssertion } from './saml-assertion.ts'
import {
  claimedDuration,
  claimedSessionName,
  claimedSourceIdentity,
  claimedTags,
  nameQualifier,
  offersRole,
  samlKeys,
} from './saml-claims.ts'
import { openSamlResponse } from './saml-signature.ts'
import type { SessionPolicyInput } from './session-policy.ts'

interface Input extends SessionPolicyInput {
  readonly RoleArn: string
  readonly PrincipalArn: string
  readonly SAMLAssertion: string
  readonly DurationSeconds?: number
  /** What the assertion says; set by `prepare` alone, for the protocol reads no such member. */
  readonly verified?: SamlIdentity
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html */
export function assumeRoleWithSaml(sessionTokens: SessionTokens): Operation {
  const operation: Operation<Input, object> = {
    service: 'sts',
    name: 'AssumeRoleWithSAML',
    prepare: async (input, call) => ({ ...input, verified: await verify(input, call) }),
    authorize: (input, call) =>
      federatedQuestions('sts:AssumeRoleWithSAML', identityOf(input, call), call),
    run(input, call) {
      const identity = identityOf(input, call)
      const verified = requireVerified(input)
      return {
        ...issueFederatedSession(sessionTokens, { identity, policies: input }, call),
        Subject: verified.subject,
        SubjectType: verified.subjectType,
        Issuer: verified.issuer,
        Audience: verified.recipient,
        NameQualifier: nameQualifier(verified),
      }
    },
  }
  return operation as unknown as Operation
}

async function verify(input: Input, call: Call): Promise<SamlIdentity> {
  const provider = requireProvider(input, call)
  const xml = decode(input.SAMLAssertion)
  const opening = await openSamlResponse(xml, {
    certificates: provider.metadata.signingCertificates,
    privateKeys: provider.privateKeys ?? [],
    encryptionMode: provider.encryptionMode ?? 'Allowed',
  })
  if (opening.kind !== 'opened') throw invalid(refusals[opening.kind])
  const identity = readSamlAssertion(opening.assertion, provider, call.nowMs)
  if (offersRole(identity, input.RoleArn)) return identity
  throw invalid("SAML Assertion doesn't contain the requested Role and Metadata in the attributes")
}

/** In AWS's words, which say of a plain response where none may come that it is no base64. */
const refusals = {
  unsigned:
    'Response (with optional signature) must contain an assertion with a mandatory signature',
  plain: 'Invalid base64 SAMLResponse',
  invalid: 'Response signature invalid',
} as const

/** The provider is the role's account's own. */
function requireProvider(input: Input, call: Call): SamlProvider {
  const provider = findSamlProviderByArn(call.store, input.PrincipalArn)
  if (provider?.accountId === requireRoleAccount(input.RoleArn)) return provider
  throw invalid("Specified provider doesn't exist")
}

function decode(text: string): string {
  const bytes = Buffer.from(text.replace(/\s/g, ''), 'base64')
  const xml = bytes.toString('utf8')
  const isExact = bytes.toString('base64') === text.replace(/\s/g, '')
  if (isExact && Buffer.from(xml, 'utf8').equals(bytes)) return xml
  throw invalid('Invalid base64 SAMLResponse')
}

function requireVerified({ verified }: Input): SamlIdentity {
  if (verified === undefined) throw new Error('bug: the assertion was not verified')
  return verified
}

function identityOf(input: Input, call: Call): FederatedIdentity {
  const verified = requireVerified(input)
  const { provider } = verified
  const sourceIdentity = claimedSourceIdentity(verified)
  return {
    roleArn: input.RoleArn,
    accountId: provider.accountId,
    providerArn: provider.arn,
    sessionName: claimedSessionName(verified),
    durationSeconds: durationOf(input, verified, call),
    ...claimedTags(verified),
    ...samlKeys(verified),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}

/** The shortest of what the call asks for, what the provider gives and when it wants the session to end. */
function durationOf(input: Input, verified: SamlIdentity, call: Call): number {
  const given = claimedDuration(verified)
  const asked = Math.min(input.DurationSeconds ?? given ?? 3600, given ?? 43_200)
  if (verified.endsAtMs === undefined) return asked
  return Math.min(asked, Math.floor((verified.endsAtMs - call.nowMs) / 1000))
}
