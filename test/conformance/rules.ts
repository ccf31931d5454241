// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are text here
interface Rule {
  readonly says: string
  /** Why no request can be allowed by it, where that is so. */
  readonly neverAllows?: string
  /** Why no request can be denied by it, where that is so. */
  readonly neverDenies?: string
}

/** Every rule of AWS that the engine follows, each shown by cases that name it. The order is that of the README's table. */
export const rules: Readonly<Record<string, Rule>> = {
  'action/case-insensitive': { says: 'names of actions are compared without regard to case' },
  'action/star': { says: '`*` in an action stands for any characters' },
  'action/question-mark': { says: '`?` in an action stands for exactly one character' },
  'action/not-action-allow': {
    says: '`NotAction` with `Allow` allows every action but those it names',
  },
  'action/not-action-deny': {
    says: '`NotAction` with `Deny` denies every action but those it names',
  },
  'resource/exact': { says: 'a resource is compared exactly, case included' },
  'resource/star': { says: '`*` in the resource part crosses slashes' },
  'resource/segments': { says: 'before the resource part a wildcard stays within its segment' },
  'resource/not-resource-allow': {
    says: '`NotResource` with `Allow` allows every resource but those it names',
  },
  'resource/not-resource-deny': {
    says: '`NotResource` with `Deny` denies every resource but those it names',
  },
  'resource/none': { says: 'an action without a resource is matched by `*` alone' },
  'anonymous/everyone': {
    says: 'a wildcard principal lets in callers that nobody knows; nothing else does',
  },
  'anonymous/conditions': {
    says: 'a condition narrows public access, and keys of principals are absent',
  },
  'service/named': {
    says: 'a service principal needs the resource-based policy alone, which has to name it',
  },
  'service/source-account': {
    says: '`aws:SourceAccount` keeps a service from acting for another account',
  },
  'service/is-aws-service': {
    says: '`aws:PrincipalIsAWSService` is true for service principals alone',
  },
  'service/everyone': { says: 'whether a wildcard allow takes in services is left open' },
  'provider/calls-nothing-else': {
    says: 'whom an identity provider vouches for assumes a role before anything else',
  },
  'boundary/limits-identity': {
    says: 'identity-based policies allow only what the permissions boundary allows too',
  },
  'boundary/grants-nothing': { says: 'a permissions boundary grants nothing' },
  'boundary/explicit-deny': { says: 'an explicit deny of the boundary denies, whoever grants' },
  'boundary/user-named': {
    says: 'its implicit deny does not limit what a resource-based policy of the account grants to the user',
  },
  'boundary/role-named': {
    says: 'its implicit deny limits what a resource-based policy grants to the role',
  },
  'boundary/session-named': {
    says: 'its implicit deny does not limit what a resource-based policy of the account grants to the session',
  },
  'boundary/wildcard-with-principal-arn': {
    says: 'its implicit deny does not limit a wildcard principal that `aws:PrincipalArn` narrows to the caller',
  },
  'boundary/plain-wildcard': {
    says: 'whether it limits what a plain wildcard principal grants is left open',
  },
  'boundary/across-accounts': { says: 'across accounts it limits every grant' },
  'sts/caller-identity': {
    says: '`GetCallerIdentity` is answered whatever the policies say, to every caller that is known',
  },
  'sts/session-token': {
    says: '`GetSessionToken` needs no permission; an explicit deny holds; sessions cannot call it',
  },
  'sts/federation-token': {
    says: '`GetFederationToken` needs permission, and sessions cannot call it',
  },
  'condition/ArnEquals': { says: '`ArnEquals` compares segment by segment, with wildcards' },
  'condition/ArnLike': {
    says: '`ArnLike` is the same as `ArnEquals`; a wildcard stays within its segment',
  },
  'condition/ArnNotEquals': {
    says: '`ArnNotEquals` is met where none matches, and by a missing key',
  },
  'condition/ArnNotLike': { says: '`ArnNotLike` is the same as `ArnNotEquals`' },
  'condition/Bool': { says: '`Bool` compares true and false; a missing key does not match' },
  'condition/BoolIfExists': { says: '`BoolIfExists` is met by a missing key' },
  'condition/Null': { says: '`Null` asks whether a key is absent' },
  'condition/BinaryEquals': { says: '`BinaryEquals` compares base64 byte by byte' },
  'condition/DateEquals': {
    says: '`DateEquals` compares instants, written as ISO 8601 or seconds since 1970 on either side',
  },
  'condition/DateNotEquals': { says: '`DateNotEquals` is met by every other instant' },
  'condition/DateLessThan': { says: '`DateLessThan` is met before the instant' },
  'condition/DateLessThanEquals': { says: '`DateLessThanEquals` is met up to the instant' },
  'condition/DateGreaterThan': { says: '`DateGreaterThan` is met after the instant' },
  'condition/DateGreaterThanEquals': { says: '`DateGreaterThanEquals` is met from the instant on' },
  'condition/IpAddress': {
    says: '`IpAddress` is met by addresses of the range; the two families do not meet',
  },
  'condition/NotIpAddress': {
    says: '`NotIpAddress` is met by addresses outside the range, and by a missing key',
  },
  'condition/ForAllValues': {
    says: '`ForAllValues` is met when every value matches, and by a missing or empty key',
  },
  'condition/ForAllValues-negated': {
    says: '`ForAllValues` with a negated operator is met when no value matches',
  },
  'condition/ForAllValues-and-Null': { says: '`Null` guards `ForAllValues` against a missing key' },
  'condition/ForAnyValue': {
    says: '`ForAnyValue` is met when one value matches; a missing or empty key has none',
  },
  'condition/ForAnyValue-negated': {
    says: '`ForAnyValue` with a negated operator is met when one value does not match',
  },
  'condition/ForAnyValue-IfExists': {
    says: '`ForAnyValue` with `IfExists` on a missing key is left open',
  },
  'condition/many-values-without-quantifier': {
    says: 'several values for an operator that takes one are left open',
  },
  'condition/NumericEquals': { says: '`NumericEquals` compares numbers, not their texts' },
  'condition/NumericNotEquals': { says: '`NumericNotEquals` is met by every other number' },
  'condition/NumericLessThan': { says: '`NumericLessThan` is met below the number' },
  'condition/NumericLessThanEquals': { says: '`NumericLessThanEquals` is met up to the number' },
  'condition/NumericGreaterThan': { says: '`NumericGreaterThan` is met above the number' },
  'condition/NumericGreaterThanEquals': {
    says: '`NumericGreaterThanEquals` is met from the number on',
  },
  'condition/unreadable': { says: 'what cannot be read as a number compares with nothing' },
  'condition/StringEquals': {
    says: '`StringEquals` compares exactly; several values mean any of them; a missing key does not match',
  },
  'condition/key-case': { says: 'names of condition keys are compared without regard to case' },
  'condition/StringNotEquals': {
    says: '`StringNotEquals` is met where none of the values is equal, and by a missing key',
  },
  'condition/StringEqualsIgnoreCase': { says: '`StringEqualsIgnoreCase` does not regard case' },
  'condition/StringNotEqualsIgnoreCase': {
    says: '`StringNotEqualsIgnoreCase` is not met by another case of the value',
  },
  'condition/StringLike': { says: '`StringLike` knows wildcards and regards case' },
  'condition/StringNotLike': { says: '`StringNotLike` refuses what the pattern matches' },
  'condition/IfExists': {
    says: '`…IfExists` is met by a missing key and compares one that is there',
  },
  'condition/all-must-hold': { says: 'every operator and every key of a condition have to match' },
  'condition/deny-on-missing-key': {
    says: 'a deny with a negated operator holds when the key is missing',
  },
  'cross-account/both-sides': {
    says: 'across accounts the caller’s and the resource’s account both have to allow',
  },
  'cross-account/account-named': {
    says: 'naming another account lets its administrators decide, and nobody else',
  },
  'cross-account/wildcard': {
    says: 'across accounts a wildcard principal needs an identity-based allow',
  },
  'cross-account/explicit-deny': { says: 'a deny on either side denies' },
  'cross-account/root-user': {
    says: 'the root user of another account enters where that account is named',
  },
  'partition/no-way-across': {
    says: 'accounts of another partition reach nothing, and are not those of the same id here',
  },
  'federated-user/session-policy': {
    says: 'a session of `GetFederationToken` may do what user and session policy both allow',
  },
  'federated-user/named': {
    says: 'a resource-based policy that names the federated user grants directly',
  },
  'federated-user/user-named': {
    says: 'a grant to the user who federated holds within the session policy',
  },
  'federated-user/neither-iam-nor-sts': {
    says: 'such a session calls neither IAM nor STS, but for `GetCallerIdentity`',
  },
  'federated-user/denied-through-user': {
    says: 'a deny that names the user holds for its federated sessions',
  },
  'role-session/denied-through-provider': {
    says: 'a deny that names an identity provider is taken to hold for role sessions that came by it',
  },
  'kms/delegation': {
    says: 'identity-based policies count for a key only where its policy names the account',
  },
  'kms/named': { says: 'a key policy that names the caller suffices in its account' },
  'kms/root-user': { says: 'the root user has no access to a key whose policy omits the account' },
  'kms/no-key': { says: 'an action that has no key needs no key policy; an action on keys does' },
  'kms/across-accounts': {
    says: 'across accounts key policy and identity-based policy both have to allow',
  },
  'not-principal/deny': {
    says: '`NotPrincipal` with `Deny` spares whom it names together with the account',
  },
  'not-principal/deny-session': {
    says: 'a role session is spared when session, role and account are named',
  },
  'not-principal/boundary': {
    says: 'a caller with a permissions boundary is always denied by `NotPrincipal` with `Deny`',
  },
  'not-principal/allow': { says: '`NotPrincipal` with `Allow` lets in everybody else' },
  'principal-key/PrincipalType': {
    says: '`aws:PrincipalType` tells users, role sessions and root users apart',
  },
  'principal-key/username': {
    says: '`aws:username` is the user’s name without its path; others have none',
  },
  'principal-key/userid': { says: '`aws:userid` is the unique id; a role session adds its name' },
  'principal-key/PrincipalAccount': { says: '`aws:PrincipalAccount` is the caller’s account' },
  'principal-key/PrincipalArn': {
    says: '`aws:PrincipalArn` of a role session is the role’s ARN, with its path',
  },
  'principal-key/ResourceAccount': {
    says: '`aws:ResourceAccount` is the account that owns the resource',
  },
  'principal-key/stated-wins': {
    says: 'what a request states outweighs what follows from its principal',
  },
  'rcp/full-access': { says: '`RCPFullAWSAccess` lets through and grants nothing' },
  'rcp/deny': {
    says: 'a deny of an RCP denies callers from anywhere, root users and anonymous ones too',
  },
  'rcp/outsiders': { says: 'an RCP can keep callers from outside the organization out' },
  'rcp/service-linked-role': { says: 'RCPs do not bind service-linked roles' },
  'rcp/retire-grant': { says: 'RCPs do not bind `kms:RetireGrant`' },
  'rcp/supported-services': { says: 'RCPs bind the resources of the services that support them' },
  'trust/caller-named': {
    says: 'in the same account a trust policy that names the caller suffices, and nothing else does',
  },
  'trust/account-delegates': {
    says: 'trust in the own account’s root delegates to identity-based policies',
  },
  'trust/across-accounts': {
    says: 'across accounts trust and an identity-based allow are both needed',
  },
  'trust/external-id': { says: 'an external id that the trust policy demands has to be given' },
  'trust/explicit-deny': { says: 'an explicit deny of the trust policy denies' },
  'trust/root-user': { says: 'a root user cannot assume a role' },
  'trust/boundary': { says: 'trust in the caller’s role is limited by that role’s boundary' },
  'trust/chaining': { says: 'a session of a trusted role may assume the next role' },
  'trust/unique-id': {
    says: 'a stored unique id matches the very principal that had it, and none of the same name',
  },
  'trust/path': { says: 'a role is named by its whole ARN, path included' },
  'trust/web-identity': {
    says: '`AssumeRoleWithWebIdentity` needs the trust policy alone, which has to name the provider',
  },
  'trust/saml': {
    says: '`AssumeRoleWithSAML` needs the trust policy alone, which has to name the provider',
  },
  'trust/service': { says: 'a service that the trust policy names may assume the role' },
  'trust/tag-session': { says: 'session tags need `sts:TagSession` on both sides' },
  'trust/source-identity': {
    says: 'a source identity needs `sts:SetSourceIdentity` on both sides',
  },
  'trust/mfa': { says: 'a trust policy that demands MFA refuses callers without its context' },
  'trust/expiry': { says: 'a condition on the time ends a grant' },
  'trust/rcp': { says: 'RCPs bind `AssumeRole` and `AssumeRoleWithWebIdentity`' },
  'root-user/needs-no-policy': {
    says: 'a root user needs no identity-based policy in its own account',
  },
  'root-user/explicit-deny': {
    says: 'an explicit deny of a resource-based policy binds the root user',
  },
  'root-user/keeps-bucket-policy': {
    says: 'the root user of the bucket’s account keeps the bucket policy’s own actions',
  },
  'root-user/assumed-root': {
    says: '`aws:AssumedRoot` tells sessions of AssumeRoot from what a root user does with its own keys',
  },
  'root-user/assumed-root-iam': {
    says: 'sessions of AssumeRoot call IAM without a second factor',
  },
  'scp/every-level': {
    says: 'every level from the root of the organization to the account has to allow',
  },
  'scp/explicit-deny': { says: 'an explicit deny at any level denies' },
  'scp/grants-nothing': { says: 'an SCP grants nothing' },
  'scp/root-user': { says: 'SCPs limit the root users of member accounts' },
  'scp/resource-grants': {
    says: 'an SCP limits what resource-based policies grant to its account’s callers',
  },
  'scp/service-linked-role': { says: 'SCPs do not bind service-linked roles' },
  'scp/condition': { says: 'an SCP may allow under a condition' },
  'scp/service': { says: 'SCPs do not bind AWS services that act as principals' },
  'session/limits-identity': {
    says: 'a role session may do what the role and its session policy both allow',
  },
  'session/grants-nothing': { says: 'a session policy grants nothing' },
  'session/explicit-deny': {
    says: 'an explicit deny of the session policy denies, whoever grants',
  },
  'session/union': {
    says: 'inline and managed session policies allow together what one of them allows',
  },
  'session/role-named': {
    says: 'its implicit deny limits what a resource-based policy grants to the role',
  },
  'session/session-named': {
    says: 'its implicit deny does not limit what a resource-based policy of the account grants to the session',
  },
  'session/wildcard-with-principal-arn': {
    says: 'its implicit deny does not limit a wildcard principal that `aws:PrincipalArn` narrows to the role',
  },
  'session/across-accounts': { says: 'across accounts it limits every grant' },
  'session/plain-wildcard': { says: 'whether it limits other wildcard grants is left open' },
  'single-account/identity': {
    says: 'in one account an identity-based allow suffices; without any allow a request is denied',
  },
  'single-account/resource': {
    says: 'in one account a resource-based allow that names the caller suffices',
  },
  'single-account/explicit-deny': { says: 'an explicit deny outweighs every allow' },
  'single-account/own-account-named': {
    says: 'a resource-based policy that names its own account delegates and grants nothing by itself',
  },
  'single-account/wildcard': {
    says: 'a wildcard principal needs no other permission in the same account',
  },
  'principal/unique-id': { says: 'a unique id in a policy stands for the principal that has it' },
  'principal/canonical-user': { says: 'whom a canonical user id stands for only S3 knows' },
  'variable/username': {
    says: '`${aws:username}` stands for the user’s name; a session has none, and then a resource matches nothing',
  },
  'variable/key-case': { says: 'names of variables are compared without regard to case' },
  'variable/version': { says: 'before version 2012-10-17 `${…}` is literal text' },
  'variable/default': { says: 'a default stands in for a missing value' },
  'variable/tag': {
    says: 'a tag may stand in a resource; without it the resource matches nothing',
  },
  'variable/literal': { says: '`${*}`, `${?}` and `${$}` stand for those characters' },
  'variable/userid': { says: '`${aws:userid}` of a role session is its role’s id and its name' },
  'variable/in-condition': { says: 'a variable may stand in a string condition' },
  'variable/without-value': {
    says: 'a comparison with a variable without a value is not met, a negated one is',
  },
  'variable/in-arn-condition': { says: 'a variable may stand in an ARN condition' },
  'variable/before-the-fifth-colon': {
    says: 'a variable before the fifth colon of a resource is left open',
  },
  'variable/many-values': { says: 'a key with several values as a variable is left open' },
  'vpce/limits': { says: 'an endpoint policy has to allow what goes through the endpoint' },
  'vpce/explicit-deny': { says: 'a deny of the endpoint policy denies' },
  'vpce/grants-nothing': { says: 'an endpoint policy grants nothing' },
  'kms/grant': {
    says: 'a grant allows its grantee its operations on the key, without any policy that does',
  },
  'kms/grant-explicit-deny': { says: 'an explicit deny outweighs a grant' },
  'kms/grant-guards': { says: 'SCPs and endpoint policies have to allow what a grant allows' },
  'kms/grant-limits': {
    says: 'whether boundary and session policy limit what a grant allows is left open',
  },
  'kms/grant-across-accounts': {
    says: 'whether a grant suffices across accounts is left open; an identity-based allow settles it',
  },
  'kms/grant-encryption-context': {
    says: 'a constraint on the encryption context has to be met; its keys regardless of case',
  },
  'kms/grant-source-arn': { says: 'a constraint on the source has to be met' },
  'kms/grant-retire': {
    says: 'the retiring principal may retire a grant, and its grantee where the operation is granted',
  },
  'rcp/aws-managed-key': {
    says: 'RCPs do not bind keys that AWS manages, which have an alias `alias/aws/…`',
  },
  'scp/management-account': { says: 'SCPs bind nobody of the management account' },
  'rcp/management-account': { says: 'RCPs bind no resource of the management account' },
  'scp/caller-side': { says: 'SCPs bind by the caller’s account, whoever owns the resource' },
  'root-user/scp-member': { says: 'the root user of a member account is bound by SCPs' },
  'service/source-arn': {
    says: '`aws:SourceArn` keeps a service from acting for another resource',
  },
  'service/source-org-id': {
    says: '`aws:SourceOrgID` keeps a service from acting for another organization',
  },
  'service/source-org-paths': {
    says: '`aws:SourceOrgPaths` keeps a service from acting for another part of the organization',
  },
  'service/for-all-values': {
    says: '`ForAllValues` on a key that services do not have holds none of them back',
  },
  'principal-key/PrincipalOrgID': {
    says: '`aws:PrincipalOrgID` lets in an organization, and no caller of none',
  },
  'mfa/long-term-keys': {
    says: 'requests with long-term keys carry no MFA key: `Bool` does not match, `BoolIfExists` does',
  },
  'sts/task-policy': { says: '`sts:TaskPolicyArn` narrows AssumeRoot to tasks' },
  'sts/identity-token-audience': {
    says: '`sts:IdentityTokenAudience` lists whom a web identity token is for',
  },
  'sts/signing-algorithm': { says: '`sts:SigningAlgorithm` is how a web identity token is signed' },
  'sts/token-duration': { says: '`sts:DurationSeconds` is how long a web identity token is good' },
  'sts/token-tags': { says: 'tags of a web identity token take a permission of their own' },
  'sts/session-token-limits': {
    says: 'credentials of `GetSessionToken` call IAM only with MFA, and of STS only `AssumeRole`, `GetCallerIdentity` and `GetWebIdentityToken`',
  },
  'vpce/principal': { says: 'an endpoint policy may let through some principals alone' },
  'vpce/resource': { says: 'an endpoint policy may let through to some resources alone' },
  'vpce/everybody': {
    says: 'an endpoint policy binds root users, anonymous callers and direct grants of the resource’s policy too',
  },
  'trust/web-identity-subject': {
    says: 'conditions on the token narrow whom an OIDC provider lets in',
  },
  'trust/role-authorized-by-idp': {
    says: '`sts:RoleAuthorizedByIdp` tells whether an OIDC provider named the role in its token',
  },
  'trust/saml-audience': { says: '`SAML:aud` narrows whom a SAML provider lets in' },
}
