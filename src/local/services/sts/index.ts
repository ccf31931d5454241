import type { Operation } from '../../operation.ts'
import type { SessionTokens } from '../../session-token.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithSaml } from './assume-role-with-saml.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { assumeRoot } from './assume-root.ts'
import { decodeAuthorizationMessage } from './decode-authorization-message.ts'
import { getAccessKeyInfo } from './get-access-key-info.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getDelegatedAccessToken } from './get-delegated-access-token.ts'
import { getFederationToken } from './get-federation-token.ts'
import { getSessionToken } from './get-session-token.ts'
import { getWebIdentityToken } from './get-web-identity-token.ts'

/** Every operation of STS that is built; sessions are sealed with `sessionTokens`. */
export function createStsOperations(sessionTokens: SessionTokens): readonly Operation[] {
  return [
    assumeRole(sessionTokens),
    assumeRoleWithWebIdentity(sessionTokens),
    assumeRoleWithSaml(sessionTokens),
    getCallerIdentity,
    getSessionToken(sessionTokens),
    getFederationToken(sessionTokens),
    assumeRoot(sessionTokens),
    getAccessKeyInfo,
    decodeAuthorizationMessage,
    getWebIdentityToken,
    getDelegatedAccessToken,
  ]
}
