import { type Constraint, type ConstraintRows, each, oneOf, ruled, text } from './constraint.ts'

const name = String.raw`[\w+=,.@-]+`
const document = String.raw`[\u0009\u000A\u000D\u0020-\u00FF]+`
const description = String.raw`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`
const path = String.raw`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`
const policyPath = String.raw`((/[A-Za-z0-9\.,\+@=_-]+)*)/`
const pathPrefix = String.raw`\u002F[\u0021-\u007F]*`
const tagText = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]`
const key = text({ min: 1, max: 16384 }, document)
const password = text({ min: 1, max: 128 }, document)

/** AWS: of names and paths it says the rule in words. */
const nameOf = (bounds: { readonly min?: number; readonly max?: number }): Constraint =>
  ruled(
    'It must contain only alphanumeric characters and/or the following: +=,.@_-',
    text(bounds, name),
  )
const pathRule =
  'It must begin and end with / and contain only alphanumeric characters and/or / characters.'

/** Operations whose `UserName` has at most 64 characters, as new users' names have; elsewhere it is 128. */
const strictUserNames = [
  'AttachUserPolicy CreateLoginProfile CreateServiceSpecificCredential CreateUser',
  'DeleteLoginProfile DeleteSSHPublicKey DeleteServiceSpecificCredential',
  'DeleteUserPermissionsBoundary DetachUserPolicy GetLoginProfile GetMFADevice',
  'GetSSHPublicKey ListAttachedUserPolicies ListSSHPublicKeys',
  'ListServiceSpecificCredentials PutUserPermissionsBoundary',
  'ResetServiceSpecificCredential UpdateLoginProfile UpdateSSHPublicKey',
  'UpdateServiceSpecificCredential UploadSSHPublicKey',
].join(' ')

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html */
export const iamConstraints: ConstraintRows = new Map([
  ...each('RoleName NewUserName', nameOf({ min: 1, max: 64 })),
  ...each('CustomSuffix', text({ min: 1, max: 64 }, name)),
  ...each(
    'UserName GroupName PolicyName InstanceProfileName ServerCertificateName NewGroupName NewServerCertificateName',
    nameOf({ min: 1, max: 128 }),
  ),
  ...each('AWSServiceName', text({ min: 1, max: 128 }, name)),
  ...each(
    strictUserNames.replace(/\w+/g, (operation) => `${operation}Request.UserName`),
    nameOf({ min: 1, max: 64 }),
  ),
  ...each(
    'PolicyArn PermissionsBoundary OpenIDConnectProviderArn SAMLProviderArn Arn PolicySourceArn EntityArn',
    text({ min: 20, max: 2048 }),
  ),
  ...each('Path NewPath', ruled(pathRule, text({ min: 1, max: 512 }, path))),
  ...each('CreatePolicyRequest.Path', ruled(pathRule, text({ min: 1, max: 512 }, policyPath))),
  ...each('PathPrefix', text({ min: 1, max: 512 }, pathPrefix)),
  ...each('ListEntitiesForPolicyRequest.PathPrefix', text({ min: 1, max: 512 }, path)),
  ...each(
    'ListPoliciesRequest.PathPrefix ListAttachedRolePoliciesRequest.PathPrefix ListAttachedUserPoliciesRequest.PathPrefix ListAttachedGroupPoliciesRequest.PathPrefix',
    text({ min: 1, max: 512 }, policyPath),
  ),
  ...each(
    'PolicyDocument AssumeRolePolicyDocument ResourcePolicy',
    text({ min: 1, max: 131072 }, document),
  ),
  ...each('PolicyInputList PermissionsBoundaryPolicyInputList', {
    items: text({ min: 1, max: 131072 }, document),
  }),
  ...each('Description', text({ max: 1000 }, description)),
  ...each('CreatePolicyRequest.Description', text({ max: 1000 })),
  ...each('MaxSessionDuration', { min: 3600, max: 43200 }),
  ...each('VersionId', text({}, String.raw`v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`)),
  ...each('MaxItems', { min: 1, max: 1000 }),
  ...each('Marker', text({ min: 1, max: 320 }, String.raw`[\u0020-\u00FF]+`)),
  ...each('Tags', { max: 50 }),
  ...each('Tag.Key', text({ min: 1, max: 128 }, `${tagText}+`)),
  ...each('Tag.Value', text({ min: 0, max: 256 }, `${tagText}*`)),
  ...each('TagKeys', { max: 50, items: text({ min: 1, max: 128 }, `${tagText}+`) }),
  ...each(
    'AccessKeyId',
    ruled(
      'It must contain only alphanumeric characters.',
      text({ min: 16, max: 128 }, String.raw`[\w]+`),
    ),
  ),
  ...each('Status', oneOf('Active', 'Inactive', 'Expired')),
  ...each('Scope', oneOf('All', 'AWS', 'Local')),
  ...each('PolicyUsageFilter', oneOf('PermissionsPolicy', 'PermissionsBoundary')),
  ...each('EntityFilter', oneOf('User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy')),
  ...each('Filter', {
    items: oneOf('User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'),
  }),
  ...each('SerialNumber', text({ min: 9, max: 256 }, String.raw`[\w+=/:,.@-]+`)),
  ...each('VirtualMFADeviceName', nameOf({ min: 1 })),
  ...each('AuthenticationCode1 AuthenticationCode2', text({ min: 6, max: 6 }, String.raw`[\d]+`)),
  ...each('AssignmentStatus', oneOf('Assigned', 'Unassigned', 'Any')),
  ...each('OldPassword NewPassword Password', password),
  ...each('MinimumPasswordLength', { min: 6, max: 128 }),
  ...each('MaxPasswordAge', { min: 1, max: 1095 }),
  ...each('PasswordReusePrevention', { min: 1, max: 24 }),
  ...each('AccountAlias', text({ min: 3, max: 63 }, '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$')),
  ...each('ClientID Url', text({ min: 1, max: 255 })),
  ...each('ClientIDList', { items: text({ min: 1, max: 255 }) }),
  ...each('ThumbprintList', { items: text({ min: 40, max: 40 }) }),
  ...each('CreateSAMLProviderRequest.Name', text({ min: 1, max: 128 }, String.raw`[\w._-]+`)),
  ...each('SAMLMetadataDocument', text({ min: 1000, max: 10000000 })),
  ...each('AssertionEncryptionMode', oneOf('Required', 'Allowed')),
  ...each('RemovePrivateKey', text({ min: 22, max: 64 }, '[A-Z0-9]+')),
  ...each('AddPrivateKey SSHPublicKeyBody CertificateBody PrivateKey', key),
  ...each('CertificateChain', text({ min: 1, max: 2097152 }, document)),
  ...each('CertificateId', text({ min: 24, max: 128 }, String.raw`[\w]+`)),
  ...each('SSHPublicKeyId', text({ min: 20, max: 128 }, String.raw`[\w]+`)),
  // AWS: seen to leave this value out of its message, though no model calls it sensitive.
  ...each('ServiceSpecificCredentialId', {
    ...text({ min: 20, max: 128 }, String.raw`[\w]+`),
    isHidden: true,
  }),
  ...each('UpdateServiceSpecificCredentialRequest.Status', {
    ...oneOf('Active', 'Inactive', 'Expired'),
    isHidden: true,
  }),
  ...each('Encoding', oneOf('SSH', 'PEM')),
  ...each('JobId', text({ min: 36, max: 36 })),
  ...each('Granularity', oneOf('SERVICE_LEVEL', 'ACTION_LEVEL')),
  ...each('GlobalEndpointTokenVersion', oneOf('v1Token', 'v2Token')),
  ...each('ActionNames', { items: text({ min: 3, max: 128 }) }),
  ...each('ResourceArns', { items: text({ min: 1, max: 2048 }) }),
  ...each('ResourceOwner CallerArn', text({ min: 1, max: 2048 })),
  ...each('ContextEntry.ContextKeyName', text({ min: 5, max: 256 })),
  ...each(
    'ContextEntry.ContextKeyType',
    oneOf(
      ...['string', 'stringList', 'numeric', 'numericList', 'boolean', 'booleanList'],
      ...['ip', 'ipList', 'binary', 'binaryList', 'date', 'dateList'],
    ),
  ),
])
