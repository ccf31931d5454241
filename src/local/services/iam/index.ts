import type { Operation } from '../../operation.ts'
import { accessKeyOperations } from './access-key-operations.ts'
import { getAccountAuthorizationDetails } from './account-authorization-details.ts'
import { accountOperations } from './account-operations.ts'
import { attachmentOperations } from './attachments.ts'
import { boundaryOperations } from './boundaries.ts'
import { credentialReportOperations } from './credential-report.ts'
import { listEntitiesForPolicy } from './entities-for-policy.ts'
import { groupOperations } from './group-operations.ts'
import { inlinePolicyOperations } from './inline-policies.ts'
import { instanceProfileOperations } from './instance-profile-operations.ts'
import { loginProfileOperations } from './login-profile-operations.ts'
import { mfaOperations } from './mfa-operations.ts'
import { openIdConnectOperations } from './open-id-connect-operations.ts'
import { organizationsFeatureOperations } from './organizations-features.ts'
import { outboundFederationOperations } from './outbound-federation-operations.ts'
import { passwordPolicyOperations } from './password-policy-operations.ts'
import { policyOperations } from './policy-operations.ts'
import { policyVersionOperations } from './policy-version-operations.ts'
import { roleOperations } from './role-operations.ts'
import { samlOperations } from './saml-operations.ts'
import { serviceLastAccessedOperations } from './service-last-accessed-operations.ts'
import { serviceLinkedRoleOperations } from './service-linked-role-operations.ts'
import { serviceSpecificCredentialOperations } from './service-specific-credential.ts'
import { signingCertificateOperations } from './signing-certificate.ts'
import { simulationOperations } from './simulation-operations.ts'
import { sshPublicKeyOperations } from './ssh-public-key.ts'
import { tagOperations } from './tag-operations.ts'
import { userOperations } from './user-operations.ts'

/** Every operation of IAM that is built. */
export const iamOperations: readonly Operation[] = [
  ...userOperations,
  ...accessKeyOperations,
  ...groupOperations,
  ...roleOperations,
  ...inlinePolicyOperations,
  ...policyOperations,
  ...policyVersionOperations,
  ...attachmentOperations,
  ...boundaryOperations,
  ...tagOperations,
  ...instanceProfileOperations,
  ...accountOperations,
  ...serviceLastAccessedOperations,
  ...credentialReportOperations,
  ...signingCertificateOperations,
  ...sshPublicKeyOperations,
  ...serviceSpecificCredentialOperations,
  ...organizationsFeatureOperations,
  ...simulationOperations,
  ...serviceLinkedRoleOperations,
  ...loginProfileOperations,
  ...passwordPolicyOperations,
  ...openIdConnectOperations,
  ...samlOperations,
  ...mfaOperations,
  ...outboundFederationOperations,
  listEntitiesForPolicy,
  getAccountAuthorizationDetails,
]
