// What every example needs first: principals of an account, made by its administrator over the IAM API.
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'

const mayAssumeAnything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
})

/** Creates a user with an access key, and gives the key. */
export async function createUser(admin, name) {
  const iam = new IAMClient(admin)
  await iam.send(new CreateUserCommand({ UserName: name }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
}

/** Creates a group with these users in it. */
export async function createGroup(admin, name, userNames) {
  const iam = new IAMClient(admin)
  await iam.send(new CreateGroupCommand({ GroupName: name }))
  for (const UserName of userNames) {
    await iam.send(new AddUserToGroupCommand({ GroupName: name, UserName }))
  }
}

/** Creates a role that EC2 instances hold, and that the account's administrators may assume. */
export async function createRunnerRole(admin, name, accountId) {
  const iam = new IAMClient(admin)
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com', AWS: accountId },
        Action: 'sts:AssumeRole',
      },
    ],
  }
  await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  )
}

/** Lets a role call `sts:AssumeRole` on everything, as people too often do. */
export async function letRoleAssumeAnything(admin, name) {
  await new IAMClient(admin).send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: 'assume-anything',
      PolicyDocument: mayAssumeAnything,
    }),
  )
}

/** Lets a user call `sts:AssumeRole` on everything. */
export async function letUserAssumeAnything(admin, name) {
  await new IAMClient(admin).send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: 'assume-anything',
      PolicyDocument: mayAssumeAnything,
    }),
  )
}

/** Credentials of a role in one's own account, as the instance that holds it would have them. */
export async function becomeRole(settings, roleArn, sessionName = 'demo') {
  const { Credentials } = await new STSClient(settings).send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
  )
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  }
}
