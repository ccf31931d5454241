import type { IAM } from '@aws-sdk/client-iam'
import type { PolicyHolder } from './change.ts'

interface HolderCalls {
  readonly attach: (iam: IAM, name: string, policyArn: string) => Promise<unknown>
  readonly detach: (iam: IAM, name: string, policyArn: string) => Promise<unknown>
  readonly put: (iam: IAM, name: string, policy: InlinePolicy) => Promise<unknown>
  readonly remove: (iam: IAM, name: string, policyName: string) => Promise<unknown>
}

export interface InlinePolicy {
  readonly PolicyName: string
  readonly PolicyDocument: string
}

/** The same four calls, once for each kind of holder. */
export const holderCalls: Readonly<Record<PolicyHolder['kind'], HolderCalls>> = {
  role: {
    attach: (iam, RoleName, PolicyArn) => iam.attachRolePolicy({ RoleName, PolicyArn }),
    detach: (iam, RoleName, PolicyArn) => iam.detachRolePolicy({ RoleName, PolicyArn }),
    put: (iam, RoleName, policy) => iam.putRolePolicy({ RoleName, ...policy }),
    remove: (iam, RoleName, PolicyName) => iam.deleteRolePolicy({ RoleName, PolicyName }),
  },
  user: {
    attach: (iam, UserName, PolicyArn) => iam.attachUserPolicy({ UserName, PolicyArn }),
    detach: (iam, UserName, PolicyArn) => iam.detachUserPolicy({ UserName, PolicyArn }),
    put: (iam, UserName, policy) => iam.putUserPolicy({ UserName, ...policy }),
    remove: (iam, UserName, PolicyName) => iam.deleteUserPolicy({ UserName, PolicyName }),
  },
  group: {
    attach: (iam, GroupName, PolicyArn) => iam.attachGroupPolicy({ GroupName, PolicyArn }),
    detach: (iam, GroupName, PolicyArn) => iam.detachGroupPolicy({ GroupName, PolicyArn }),
    put: (iam, GroupName, policy) => iam.putGroupPolicy({ GroupName, ...policy }),
    remove: (iam, GroupName, PolicyName) => iam.deleteGroupPolicy({ GroupName, PolicyName }),
  },
}

/** `iam:AttachRolePolicy` and the like, for messages. */
export function holderCallName(holder: PolicyHolder, verb: keyof HolderCalls): string {
  const kind = { role: 'Role', user: 'User', group: 'Group' }[holder.kind]
  const start = { attach: 'Attach', detach: 'Detach', put: 'Put', remove: 'Delete' }[verb]
  return `${start}${kind}Policy`
}
