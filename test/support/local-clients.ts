import { IAMClient } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import type { LocalAws } from '../../src/local/index.ts'
import type { Keys } from './aws-under-test.ts'

function settings(aws: LocalAws, credentials: Keys) {
  return { endpoint: aws.url, region: 'eu-west-1', credentials, maxAttempts: 1 }
}

export function iamClient(aws: LocalAws, credentials: Keys): IAMClient {
  return new IAMClient(settings(aws, credentials))
}

export function stsClient(aws: LocalAws, credentials: Keys): STSClient {
  return new STSClient(settings(aws, credentials))
}
