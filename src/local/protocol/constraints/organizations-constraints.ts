import { type ConstraintRows, each, oneOf, text } from './constraint.ts'

const root = '(r-[0-9a-z]{4,32})'
const unit = '(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})'
const account = String.raw`(\d{12})`
const anything = String.raw`[\s\S]*`
const tagText = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html */
export const organizationsConstraints: ConstraintRows = new Map([
  ...each('AccountId', text({ max: 12 }, String.raw`\d{12}`)),
  ...each('ChildId', text({ max: 100 }, `${account}|${unit}`)),
  ...each('ParentId SourceParentId DestinationParentId', text({ max: 100 }, `${root}|${unit}`)),
  ...each('TargetId', text({ max: 100 }, `${root}|${account}|${unit}`)),
  ...each(
    'ResourceId',
    text(
      { max: 130 },
      `${root}|${account}|${unit}|(p-[0-9a-zA-Z_]{8,128})|(rp-[0-9a-zA-Z_]{4,128})|(rt-[0-9a-zA-Z_]{8,32})`,
    ),
  ),
  ...each('RootId', text({ max: 34 }, root)),
  ...each('OrganizationalUnitId', text({ max: 68 }, unit)),
  ...each('PolicyId', text({ max: 130 }, 'p-[0-9a-zA-Z_]{8,128}')),
  ...each('HandshakeId ParentHandshakeId', text({ max: 34 }, 'h-[0-9a-z]{8,32}')),
  ...each('CreateAccountRequestId', text({ max: 36 }, 'car-[a-z0-9]{8,32}')),
  ...each('AccountName', text({ min: 1, max: 50 }, String.raw`[\u0020-\u007E]+`)),
  ...each('Email', text({ min: 6, max: 64 }, String.raw`[^\s@]+@[^\s@]+\.[^\s@]+`)),
  ...each('RoleName', text({ max: 64 }, String.raw`[\w+=,.@-]{1,64}`)),
  ...each('Name', text({ min: 1, max: 128 }, anything)),
  ...each('Description', text({ max: 512 }, anything)),
  ...each('Content', text({ min: 1 }, anything)),
  ...each('ServicePrincipal', text({ min: 1, max: 128 }, String.raw`[\w+=,.@-]*`)),
  ...each('HandshakeParty.Id', text({ min: 1, max: 64 }, anything)),
  ...each('HandshakeParty.Type', oneOf('ACCOUNT', 'ORGANIZATION', 'EMAIL')),
  ...each('Notes', text({ max: 1024 }, anything)),
  ...each('ChildType', oneOf('ACCOUNT', 'ORGANIZATIONAL_UNIT')),
  ...each('FeatureSet', oneOf('ALL', 'CONSOLIDATED_BILLING')),
  ...each('IamUserAccessToBilling', oneOf('ALLOW', 'DENY')),
  ...each('States', { items: oneOf('IN_PROGRESS', 'SUCCEEDED', 'FAILED') }),
  ...each('MaxResults', { min: 1, max: 20 }),
  ...each('NextToken', text({ max: 100_000 }, anything)),
  ...each('Tag.Key', text({ min: 1, max: 128 }, tagText)),
  ...each('Tag.Value', text({ min: 0, max: 256 }, tagText)),
  ...each('TagKeys', { items: text({ min: 1, max: 128 }, tagText) }),
])
