const website = 'websites are not built: PutBucketWebsite answers NotImplemented'
const replication = 'PutBucketReplication is not built'
const logging = 'PutBucketLogging is not built'
const lock = 'locks are set with an object alone: what changes them is not built'
const version2 = 'signatures of version 2 are not taken'
const access = 'access points (S3 Control) are not built'

/** Recorded tests of S3 that are not told again, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  test_bucket_operation_between_regions: 'PutBucketCors and PutBucketWebsite are not built',
  test_put_bucket_inventory_config_order: 'inventories are not built',
  test_s3_analytics_configurations: 'analytics are not built',
  test_s3_batch_delete_objects_using_requests_with_acl: 'nothing is recorded',
  test_s3_intelligent_tier_config: 'intelligent tiering is not built',
  test_s3_lambda_integration: 'the object is written by a function of Lambda',
  test_s3_request_payer: 'PutBucketRequestPayment is not built',
  test_bucket_acceleration_configuration_exc: 'PutBucketAccelerateConfiguration is not built',
  test_s3_multipart_upload_sse: 'the key is made by KMS, which is not built',
  test_s3_sse_validate_kms_key_state: 'the key is made by KMS, which is not built',
  test_put_bucket_logging: logging,
  test_put_bucket_logging_cross_locations: logging,
  test_replication_config: replication,
  test_replication_config_without_filter: replication,
  test_delete_metrics_configuration_twice: 'metrics are not built',
  'test_post_request_malformed_policy[s3]': version2,
  'test_presigned_url_signature_authentication[s3-True]': version2,
  test_put_object_lock_configuration_exc: lock,
  test_put_object_legal_hold_exc: lock,
  test_s3_batch_delete_public_objects_using_requests:
    'objects of strangers belong to the owner of the bucket here',
  test_crud_website_configuration: website,
  test_validate_website_configuration: website,
  test_website_hosting_404: website,
  test_website_hosting_http_methods: website,
  test_website_hosting_index_lookup: website,
  test_website_hosting_no_such_website: website,
}

/** The same of S3 Control. */
export const leftOutOfControl: Readonly<Record<string, string>> = {
  test_access_point_already_exists: access,
  test_access_point_public_access_block_configuration: access,
  test_tag_lifecycle: 'tags of S3 Control are not built',
}
