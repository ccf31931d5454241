import type * as S3 from '@aws-sdk/client-s3'
import { membersOf, sendRawCall } from './raw.ts'
import type { Place, Replay, Replays } from './replay.ts'

const missing = 'no-such-bucket-of-anybody'

/** A new bucket in a place of its own, or a refusal. */
async function inRegion(place: Place, region: string, LocationConstraint?: string) {
  const Bucket = `in-${region}-${Math.random().toString(36).slice(2)}`
  const constraint = LocationConstraint as S3.BucketLocationConstraint | undefined
  const CreateBucketConfiguration =
    constraint === undefined ? {} : { LocationConstraint: constraint }
  const answer = await place.client(region).createBucket({ Bucket, CreateBucketConfiguration })
  return { ...answer, Bucket }
}

const constrained =
  (step: string, region: string, constraint: string): Replay['run'] =>
  (place) =>
    place.told(step, inRegion(place, region, constraint))

const invalidOwner =
  (step: 'get' | 'put', ExpectedBucketOwner: string): Replay['run'] =>
  ({ s3, Bucket, told }) => {
    const owner = { Bucket, ExpectedBucketOwner }
    const answer: Promise<unknown> =
      step === 'get' ? s3.getBucketPolicy(owner) : s3.putBucketPolicy({ ...owner, Policy: '{}' })
    return told(`${step}-bucket-policy-invalid-bucket-owner`, answer)
  }

async function publicPolicy({ s3, Bucket }: Place): Promise<string> {
  await s3.deletePublicAccessBlock({ Bucket })
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
}

async function withPolicy(answer: Promise<S3.GetBucketPolicyCommandOutput>): Promise<object> {
  const whole = await answer
  return { ...whole, Policy: JSON.parse(whole.Policy ?? '') }
}

export const bucketReplays: Replays = {
  test_bucket_availability: async ({ s3, told }) => {
    await told('bucket-lifecycle', s3.getBucketLifecycleConfiguration({ Bucket: missing }))
    await told('bucket-replication', s3.getBucketReplication({ Bucket: missing }))
  },
  'test_bucket_constraint_aws_global[us-west-1]': constrained(
    'aws-global-constraint',
    'us-west-1',
    'aws-global',
  ),
  test_bucket_exists: {
    run: async ({ s3, Bucket, told }) => {
      await told('get-bucket-acl', s3.getBucketAcl({ Bucket }))
      await told('get-bucket-not-exists', s3.getBucketAcl({ Bucket: 'bucket-not-exists' }))
    },
    leftOut: { 'get-bucket-cors': 'PutBucketCors is not built' },
  },
  test_create_bucket_aws_global: {
    run: async (place) => {
      const { client, told } = place
      const s3 = client('us-east-1')
      const wrong = await sendRawCall(place, {
        method: 'PUT',
        path: '/global-bucket',
        signedBy: 'owner',
        change: (authorization) => authorization.replace('us-east-1', 'aws-global'),
      })
      await told('xml-error-create-bucket', Promise.resolve(membersOf(wrong.body)))
      const Bucket = `global-${Date.now()}`
      await told('create-bucket-global', s3.createBucket({ Bucket }))
      await told('head-bucket-global', s3.headBucket({ Bucket }))
      await told('get-location-1', s3.getBucketLocation({ Bucket }))
      await told('list-buckets', s3.listBuckets({ Prefix: 'global-' }))
    },
  },
  test_create_bucket_with_eu_location_constraint: async (place) => {
    const { s3, told } = place
    const { Bucket } = await inRegion(place, 'eu-west-1', 'EU')
    await told('list-bucket-response', s3.listBuckets({ Prefix: Bucket }))
    await told('get-bucket-location', s3.getBucketLocation({ Bucket }))
  },
  'test_create_bucket_with_invalid_location_constraint[eu-west-1-bar]': constrained(
    'eu-west-1-location-constraint-bar-error',
    'eu-west-1',
    'bar',
  ),
  'test_create_bucket_with_invalid_location_constraint[us-east-1-us-east-1]': constrained(
    'us-east-1-location-constraint-us-east-1-error',
    'us-east-1',
    'us-east-1',
  ),
  test_different_location_constraint: async (place) => {
    const { s3, told } = place
    const make = (step: string, region: string, constraint?: string) =>
      told(
        step,
        inRegion(place, region, constraint).then(({ Bucket: _, ...answer }) => answer),
      )
    const first = await inRegion(place, 'us-east-1')
    await told(
      'get-bucket-location-bucket-us-east-1',
      s3.getBucketLocation({ Bucket: first.Bucket }),
    )
    await make('create-bucket-constraint-us-east-1', 'us-east-1', 'us-east-1')
    await make('create-bucket-constraint-us-east-1-with-None', 'us-east-1')
    const second = await inRegion(place, 'us-east-2', 'us-east-2')
    await told(
      'get-bucket-location-bucket-us-east-2',
      s3.getBucketLocation({ Bucket: second.Bucket }),
    )
    await make('create-bucket-constraint-us-east-2-with-None', 'us-east-2')
    const bare = place.client('us-east-2').createBucket({ Bucket: 'without-constraint' })
    await told('create-bucket-us-east-2-no-constraint-exc', bare)
    await make('create-bucket-us-east-2-constraint-to-us-west-1', 'us-east-2', 'us-west-1')
    await make('create-bucket-us-west-1-constraint-to-us-east-2', 'us-west-1', 'us-east-2')
    await make('create-bucket-us-west-1-constraint-to-us-east-1', 'us-west-1', 'us-east-1')
    await told('get-bucket-location-non-existent-bucket', s3.getBucketLocation({ Bucket: missing }))
  },
  test_delete_bucket_policy: async (place) => {
    const { s3, Bucket, told } = place
    await s3.putBucketPolicy({ Bucket, Policy: await publicPolicy(place) })
    await told('delete-bucket-policy', s3.deleteBucketPolicy({ Bucket }))
    await told('get-bucket-policy-no-such-bucket-policy', s3.getBucketPolicy({ Bucket }))
  },
  test_delete_bucket_policy_expected_bucket_owner: async (place) => {
    const { s3, Bucket, told, world } = place
    await s3.putBucketPolicy({ Bucket, Policy: await publicPolicy(place) })
    const remove = (ExpectedBucketOwner: string) =>
      s3.deleteBucketPolicy({ Bucket, ExpectedBucketOwner })
    await told('delete-bucket-policy-with-expected-bucket-owner-error', remove('000000000002'))
    await told('delete-bucket-policy-invalid-bucket-owner', remove('invalid'))
    await told('delete-bucket-policy-with-expected-bucket-owner', remove(world.home))
  },
  test_delete_bucket_with_content: async ({ client, told, world }) => {
    const s3 = client('us-east-1', world.other)
    await s3.createBucket({ Bucket: 'other-kept' })
    await s3.createBucket({ Bucket: 'other-deleted' })
    const Bucket = 'other-deleted'
    const numbers = [...Array(10).keys()]
    for (const at of numbers)
      await s3.putObject({ Bucket, Key: `test-key-${at}`, Body: `test-${at}` })
    await told('list-objects', s3.listObjects({ Bucket, MaxKeys: 100 }))
    for (const at of numbers) await s3.deleteObject({ Bucket, Key: `test-key-${at}` })
    await s3.deleteBucket({ Bucket })
    await told('list-buckets', s3.listBuckets({}))
  },
  'test_get_bucket_policy_invalid_account_id[0000000000020]': invalidOwner('get', '0000000000020'),
  'test_get_bucket_policy_invalid_account_id[abcd]': invalidOwner('get', 'abcd'),
  'test_put_bucket_policy_invalid_account_id[0000000000020]': invalidOwner('put', '0000000000020'),
  'test_put_bucket_policy_invalid_account_id[0000]': invalidOwner('put', '0000'),
  test_s3_uppercase_bucket_name: ({ s3, told }) =>
    told('uppercase-bucket', s3.createBucket({ Bucket: 'Camel-Case-Bucket' })),
  test_bucket_name_with_dots: async (place) => {
    const { s3, told, newBucket, world } = place
    const Bucket = await newBucket({
      Bucket: 'my.bucket.name.here',
      ObjectOwnership: 'ObjectWriter',
    })
    const name = 'my.bucket.name.here'
    await s3.deletePublicAccessBlock({ Bucket: name })
    await s3.putBucketAcl({ Bucket: name, ACL: 'public-read' })
    await s3.putObject({ Bucket: name, Key: 'my-content', Body: 'something' })
    await told('list-objects', s3.listObjects({ Bucket: name }))
    const byPath = await sendRawCall(place, { path: `/${name}` })
    await told('request-path-url-content', Promise.resolve(membersOf(byPath.body)))
    const host = `${name}.localhost:${world.aws.port}`
    const byHost = await sendRawCall(place, { path: '/', headers: { host } })
    await told('request-vhost-url-content', Promise.resolve(membersOf(byHost.body)))
    return Bucket
  },
  test_delete_versioned_bucket_with_objects: async ({ s3, Bucket, told }) => {
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration })
    const object = { Bucket, Key: 'test-delete-object' }
    const { VersionId } = await s3.putObject({ ...object, Body: 'test' })
    const marker = await s3.deleteObject(object)
    await told('delete-with-obj-and-delete-marker', s3.deleteBucket({ Bucket }))
    await told('delete-obj-by-version', s3.deleteObject({ ...object, VersionId }))
    await told('delete-with-only-delete-marker', s3.deleteBucket({ Bucket }))
    const byVersion = s3.deleteObject({ ...object, VersionId: marker.VersionId })
    await told('delete-marker-by-version', byVersion)
    await told('success-delete-bucket', s3.deleteBucket({ Bucket }))
  },
  test_crud_public_access_block: async ({ s3, Bucket, told }) => {
    await told('get-default-public-access-block', s3.getPublicAccessBlock({ Bucket }))
    const PublicAccessBlockConfiguration = { BlockPublicAcls: false }
    const put = s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration })
    await told('put-public-access-block', put)
    await told('get-public-access-block', s3.getPublicAccessBlock({ Bucket }))
    await told('delete-public-access-block', s3.deletePublicAccessBlock({ Bucket }))
    await told('get-public-access-block-after-delete', s3.getPublicAccessBlock({ Bucket }))
    await told('idempotent-delete-public-access-block', s3.deletePublicAccessBlock({ Bucket }))
  },
  test_bucket_ownership_controls_exc: async ({ s3, Bucket, told }) => {
    const create = (text: string) =>
      s3.createBucket({ Bucket: 'owned-oddly', ObjectOwnership: text as S3.ObjectOwnership })
    const controls = (...texts: readonly string[]) => {
      const Rules = texts.map((text) => ({ ObjectOwnership: text as S3.ObjectOwnership }))
      return s3.putBucketOwnershipControls({ Bucket, OwnershipControls: { Rules } })
    }
    await told('default-ownership', s3.getBucketOwnershipControls({ Bucket }))
    await told('ownership-wrong-value-at-creation', create('RandomValue'))
    await told('ownership-non-value-at-creation', create(''))
    await told('put-ownership-multiple-rules', controls('BucketOwnerPreferred', 'ObjectWriter'))
    await told('put-ownership-wrong-value', controls('RandomValue'))
    await told('put-ownership-empty-rule', controls())
  },
  test_bucket_policy_crud: async (place) => {
    const { s3, Bucket, told } = place
    await told('get-bucket-default-policy', s3.getBucketPolicy({ Bucket }))
    const Policy = await publicPolicy(place)
    await told('put-bucket-policy', s3.putBucketPolicy({ Bucket, Policy }))
    await told('get-bucket-policy', withPolicy(s3.getBucketPolicy({ Bucket })))
    await told('delete-bucket-policy', s3.deleteBucketPolicy({ Bucket }))
    await told('get-bucket-policy-after-delete', s3.getBucketPolicy({ Bucket }))
    await told('delete-bucket-policy-after-delete', s3.deleteBucketPolicy({ Bucket }))
  },
  test_bucket_policy_exc: async ({ s3, Bucket, told }) => {
    const put = (Policy: string) => s3.putBucketPolicy({ Bucket, Policy })
    await told('put-empty-bucket-policy', put(''))
    await told('put-bucket-policy-randomstring', put('invalid json'))
    await told('put-bucket-policy-empty-json', put('{}'))
  },
  test_bucket_versioning_crud: async ({ s3, Bucket, told }) => {
    const set = (name: string, Status?: string) =>
      s3.putBucketVersioning({
        Bucket: name,
        VersioningConfiguration: Status === undefined ? {} : { Status: Status as 'Enabled' },
      })
    await told('get-versioning-before', s3.getBucketVersioning({ Bucket }))
    await told('put-versioning-suspended-before', set(Bucket, 'Suspended'))
    await told('put-versioning-enabled-lowercase', set(Bucket, 'enabled'))
    await told('put-versioning-enabled-capitalized', set(Bucket, 'Enabled'))
    await told('get-versioning-after-enabled', s3.getBucketVersioning({ Bucket }))
    await told('put-versioning-suspended-after', set(Bucket, 'Suspended'))
    await told('get-versioning-after-suspended', s3.getBucketVersioning({ Bucket }))
    await told('put-versioning-disabled', set(Bucket, 'Disabled'))
    await told('put-versioning-empty', set(Bucket))
    await told('get-versioning-no-bucket', s3.getBucketVersioning({ Bucket: missing }))
    await told('put-versioning-no-bucket', set(missing, 'Suspended'))
  },
  test_list_buckets_by_bucket_region: async (place) => {
    const { s3, told } = place
    const { Bucket: Prefix } = await inRegion(place, 'us-west-2', 'us-west-2')
    const list = (BucketRegion: string) => s3.listBuckets({ Prefix, BucketRegion })
    await told('list-objects-by-bucket-region-empty', list('us-east-1'))
    await told('list-objects-by-bucket-region-not-empty', list('us-west-2'))
  },
  test_list_buckets_with_continuation_token: async ({ s3, newBucket, told }) => {
    for (let made = 0; made < 3; made += 1) await newBucket()
    const { ContinuationToken } = await s3.listBuckets({ MaxBuckets: 1 })
    const next = s3.listBuckets({ MaxBuckets: 1, ContinuationToken })
    await told('list-objects-with-continuation', next)
  },
  test_list_buckets_with_max_buckets: async ({ s3, newBucket, told }) => {
    await newBucket()
    await told('list-objects-with-max-buckets', s3.listBuckets({ MaxBuckets: 1 }))
  },
  test_create_bucket_with_empty_tags: async ({ s3, told }) => {
    const create = (Tags?: []) => {
      const CreateBucketConfiguration = Tags === undefined ? {} : { Tags }
      const input = { Bucket: 'with-empty-tags', CreateBucketConfiguration }
      return s3.createBucket(input)
    }
    await told('create-bucket-with-empty-tags', create([]))
    await told('get-bucket-tags', s3.getBucketTagging({ Bucket: 'with-empty-tags' }))
    await told('create-bucket-with-none-tags', create())
  },
  test_create_bucket_with_tags_exc: async ({ s3, told }) => {
    const create = (...Tags: readonly S3.Tag[]) =>
      s3.createBucket({
        Bucket: 'with-odd-tags',
        CreateBucketConfiguration: { Tags: [...Tags] },
      })
    const tag = { Key: 'test', Value: 'a' }
    await told('tags-key-aws-prefix', create({ Key: 'aws:prefixed', Value: 'value1' }))
    await told('tags-key-aws-duplicated-key', create(tag, { ...tag, Value: 'b' }))
    await told('tags-key-aws-bad-key', create({ Key: 'test,test2', Value: 'value1' }))
    await told('tags-key-aws-bad-value', create({ Key: 'test', Value: 'value1,value2' }))
    await told('tags-key-none', create({ Key: undefined, Value: 'value1' }))
    await told('tags-value-none', create({ Key: 'test', Value: undefined }))
  },
  test_s3_bucket_acl: async ({ s3, told, newBucket }) => {
    const Bucket = await newBucket({ ObjectOwnership: 'ObjectWriter' })
    await s3.deletePublicAccessBlock({ Bucket })
    await s3.putBucketAcl({ Bucket, ACL: 'public-read' })
    const acl = await told('get-bucket-acl', s3.getBucketAcl({ Bucket }))
    await s3.putBucketAcl({ Bucket, ACL: 'private' })
    await told('get-bucket-canned-acl', s3.getBucketAcl({ Bucket }))
    const URI = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
    await s3.putBucketAcl({ Bucket, GrantRead: `uri="${URI}"` })
    await told('get-bucket-grant-acl', s3.getBucketAcl({ Bucket }))
    const Owner = acl.Owner ?? {}
    const Grants: S3.Grant[] = [
      { Grantee: { ...Owner, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
      { Grantee: { URI, Type: 'Group' }, Permission: 'WRITE' },
    ]
    await s3.putBucketAcl({ Bucket, AccessControlPolicy: { Owner, Grants } })
    await told('get-bucket-acp-acl', s3.getBucketAcl({ Bucket }))
  },
  test_put_bucket_tagging_none_value: async ({ s3, Bucket, told }) => {
    const put = (...TagSet: S3.Tag[]) => s3.putBucketTagging({ Bucket, Tagging: { TagSet } })
    await told('put-bucket-tags-origin', put({ Key: 'Key1', Value: 'Val1' }))
    await told('put-none-tag-set', put())
    await told('no-such-tag-set', s3.getBucketTagging({ Bucket }))
  },
}
