import { type ConstraintRows, each, text } from './constraint.ts'

const arn = text(
  { min: 20, max: 2048 },
  String.raw`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`,
)
const policy = String.raw`[\u0009\u000A\u000D\u0020-\u00FF]+`
const tagText = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]`
const name = String.raw`[\w+=,.@-]*`

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and its siblings */
export const stsConstraints: ConstraintRows = new Map([
  ...each('RoleArn PrincipalArn PolicyDescriptorType.arn ProvidedContext.ProviderArn', arn),
  ...each('RoleSessionName SourceIdentity', text({ min: 2, max: 64 }, name)),
  ...each('ExternalId', text({ min: 2, max: 1224 }, String.raw`[\w+=,.@:\/-]*`)),
  ...each('SerialNumber', text({ min: 9, max: 256 }, String.raw`[\w+=/:,.@-]*`)),
  ...each('TokenCode', text({ min: 6, max: 6 }, String.raw`[\d]*`)),
  ...each('AccessKeyId', text({ min: 16, max: 128 }, String.raw`[\w]*`)),
  ...each('GetFederationTokenRequest.Name', text({ min: 2, max: 32 }, name)),
  ...each('AssumeRoleRequest.Policy', text({ min: 1 }, policy)),
  ...each('Policy', text({ min: 1, max: 2048 }, policy)),
  ...each('DurationSeconds', { min: 900, max: 43200 }),
  ...each('AssumeRootRequest.DurationSeconds', { min: 0, max: 900 }),
  ...each('GetFederationTokenRequest.DurationSeconds GetSessionTokenRequest.DurationSeconds', {
    min: 900,
    max: 129600,
  }),
  ...each('GetWebIdentityTokenRequest.DurationSeconds', { min: 60, max: 3600 }),
  ...each('Tags', { max: 50 }),
  ...each('Tag.Key', text({ min: 1, max: 128 }, `${tagText}+`)),
  ...each('Tag.Value', text({ min: 0, max: 256 }, `${tagText}*`)),
  ...each('TransitiveTagKeys', {
    max: 50,
    items: text({ min: 1, max: 128 }, `${tagText}+`),
  }),
  ...each('ProvidedContexts', { max: 5 }),
  ...each('ProvidedContext.ContextAssertion ProviderId', text({ min: 4, max: 2048 })),
  ...each('SAMLAssertion', text({ min: 4, max: 100000 })),
  ...each('WebIdentityToken', text({ min: 4, max: 20000 })),
  ...each('TargetPrincipal', text({ min: 12, max: 2048 })),
  ...each('EncodedMessage', text({ min: 1, max: 10240 })),
  ...each('Audience', { min: 1, max: 10, items: text({ min: 1, max: 1000 }) }),
  ...each('SigningAlgorithm', text({ min: 5, max: 5 })),
])
