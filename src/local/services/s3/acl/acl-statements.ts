import type { AccountId } from '../../../../core/index.ts'
import { type Bucket, bucketArn, objectArn } from '../bucket/bucket.ts'
import {
  type Acl,
  type AclPermission,
  allUsers,
  canonicalIdOf,
  type Grant,
  isPublicGrant,
  logDelivery,
} from './acl.ts'

type Actions = Readonly<Record<AclPermission, readonly string[]>>

const readObject = ['s3:GetObject', 's3:GetObjectVersion']
const readObjectAcl = ['s3:GetObjectAcl', 's3:GetObjectVersionAcl']
const writeObjectAcl = ['s3:PutObjectAcl', 's3:PutObjectVersionAcl']
const listBucket = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads']

/**
 * What each ACL permission allows.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions
 */
const bucketActions: Actions = {
  READ: listBucket,
  WRITE: ['s3:PutObject'],
  READ_ACP: ['s3:GetBucketAcl'],
  WRITE_ACP: ['s3:PutBucketAcl'],
  FULL_CONTROL: [...listBucket, 's3:PutObject', 's3:GetBucketAcl', 's3:PutBucketAcl'],
}

const objectActions: Actions = {
  READ: readObject,
  WRITE: [],
  READ_ACP: readObjectAcl,
  WRITE_ACP: writeObjectAcl,
  FULL_CONTROL: [...readObject, ...readObjectAcl, ...writeObjectAcl],
}

export interface AclQuestion {
  /** Whose resource it is; what is granted to its own account is for identity-based policies to say. */
  readonly ownerAccountId: AccountId
  /** Undefined for anonymous callers. */
  readonly callerAccountId: AccountId | undefined
}

/** What a bucket's ACL grants, as statements for one question about the bucket or an object in it. */
export function bucketAclStatements(bucket: Bucket, question: AclQuestion): readonly object[] {
  return statements(bucket.acl, { ...question, actions: bucketActions, bucket })
}

/** What an object's ACL grants, as statements for one question about that object. */
export function objectAclStatements(
  bucket: Bucket,
  question: AclQuestion & { readonly acl: Acl },
): readonly object[] {
  return statements(question.acl, { ...question, actions: objectActions, bucket })
}

interface Target extends AclQuestion {
  readonly actions: Actions
  readonly bucket: Bucket
}

function statements(acl: Acl, target: Target): readonly object[] {
  const ignoresPublic = target.bucket.publicAccessBlock?.IgnorePublicAcls === true
  return acl.grants.flatMap((grant, index) => {
    if (ignoresPublic && isPublicGrant(grant)) return []
    const principal = principalOf(grant, target)
    const actions = target.actions[grant.permission]
    if (principal === undefined || actions.length === 0) return []
    return [
      {
        Sid: `Acl${index}`,
        Effect: 'Allow',
        Principal: principal,
        Action: actions,
        // The question is about one resource of this bucket, and the statement serves that question alone.
        Resource: [bucketArn(target.bucket.name), objectArn(target.bucket.name, '*')],
      },
    ]
  })
}

/** Undefined when the grant is not for this caller. Only the caller's own account can be told from its canonical id. */
function principalOf(grant: Grant, question: AclQuestion): unknown {
  const { grantee } = grant
  const { callerAccountId } = question
  if (grantee.kind === 'group') {
    if (grantee.uri === logDelivery) return undefined
    if (grantee.uri === allUsers) return '*'
    return callerAccountId === undefined ? undefined : '*'
  }
  if (callerAccountId === undefined || callerAccountId === question.ownerAccountId) return undefined
  if (grantee.id !== canonicalIdOf(callerAccountId)) return undefined
  return { AWS: `arn:aws:iam::${callerAccountId}:root` }
}
