import type { PolicyType } from './policy.ts'

/** What a policy type's statements hold: one row each, as AWS's pages on that type say. */
export interface Grammar {
  /** For messages: `a trust policy`. */
  readonly name: string
  readonly principal: 'required' | 'forbidden' | 'everyone'
  readonly resource: 'required' | 'optional' | 'forbidden'
  readonly effects: 'both' | 'deny'
  readonly version: 'optional' | 'required'
  readonly notAction: 'allowed' | 'forbidden'
  /** `alphanumeric`: what IAM and Organizations take; other services take more. */
  readonly sid: 'alphanumeric' | 'free'
  readonly actions: 'any' | 'sts'
  readonly canonicalUser: 'allowed' | 'forbidden'
}

const identity: Grammar = {
  name: 'an identity-based policy',
  principal: 'forbidden',
  resource: 'required',
  effects: 'both',
  version: 'optional',
  notAction: 'allowed',
  sid: 'alphanumeric',
  actions: 'any',
  canonicalUser: 'forbidden',
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export const grammars: Readonly<Record<PolicyType, Grammar>> = {
  identity,
  boundary: { ...identity, name: 'a permissions boundary' },
  session: { ...identity, name: 'a session policy' },
  scp: { ...identity, name: 'a service control policy' },
  // A repository policy of ECR has no Resource: the repository it is attached to is the resource.
  resource: {
    ...identity,
    name: 'a resource-based policy',
    principal: 'required',
    resource: 'optional',
    sid: 'free',
    canonicalUser: 'allowed',
  },
  trust: {
    ...identity,
    name: 'a trust policy',
    principal: 'required',
    resource: 'forbidden',
    actions: 'sts',
  },
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
  rcp: {
    ...identity,
    name: 'a resource control policy',
    principal: 'everyone',
    effects: 'deny',
    version: 'required',
    notAction: 'forbidden',
  },
  vpce: { ...identity, name: 'a VPC endpoint policy', principal: 'required', sid: 'free' },
}
