import type { RootFeature } from '../iam/organizations-features.ts'

/**
 * What a session of a member's root user may be for, and what the organization must have switched on for it. Neither
 * feature stands for the other.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
 */
const features: ReadonlyMap<string, RootFeature> = new Map([
  ['IAMAuditRootUserCredentials', 'RootCredentialsManagement'],
  ['IAMCreateRootUserPassword', 'RootCredentialsManagement'],
  ['IAMDeleteRootUserCredentials', 'RootCredentialsManagement'],
  ['S3UnlockBucketPolicy', 'RootSessions'],
  ['SQSUnlockQueuePolicy', 'RootSessions'],
])

const start = 'arn:aws:iam::aws:policy/root-task/'

/** The feature that a task takes; undefined where the ARN is of no task policy. */
export function featureOfTask(taskPolicyArn: string): RootFeature | undefined {
  if (!taskPolicyArn.startsWith(start)) return undefined
  return features.get(taskPolicyArn.slice(start.length))
}

/** As AWS's refusals name them. */
export const featureNames: Readonly<Record<RootFeature, string>> = {
  RootCredentialsManagement: 'Root credentials management',
  RootSessions: 'Root sessions',
}
