import * as IAM from '@aws-sdk/client-iam'
import { CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDocuments } from '../support/read-documents.ts'
import type { Apart, Json, Steps } from '../support/recordings-compare.ts'
import {
  compareSteps,
  hasRecordings,
  loadRecordings,
  stepsLeftOut,
} from '../support/recordings-compare.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

const recordings = loadRecordings('iam')

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
  // What was recorded was recorded in an account of an organization.
  const credentials = world.root(world.home)
  const client = new OrganizationsClient({
    endpoint: world.aws.url,
    region: 'us-east-1',
    credentials,
  })
  await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
})
afterAll(() => world.stop())

interface Place {
  readonly iam: IAM.IAMClient
  /** A name of this recording's own. */
  readonly name: string
  readonly recorded: Json
}

type Replay = (place: Place) => Steps | Promise<Steps>

const trustOf = (Service: string): string =>
  policyText({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' })

const createUser = ({ iam, name: UserName }: Place) =>
  iam.send(new IAM.CreateUserCommand({ UserName }))

/** A service's own role, made and shown, and deleted when all is shown. Some were there, made by the service with a description. */
function linkedRole(
  { iam, recorded }: Place,
  asked: IAM.CreateServiceLinkedRoleCommandInput,
): Steps {
  const shown = recorded['describe-response'] as { readonly Role: IAM.Role }
  const input = { ...asked, Description: shown.Role.Description }
  let RoleName: string | undefined
  return {
    'describe-response': async () => {
      const { Role } = await iam.send(new IAM.CreateServiceLinkedRoleCommand(input))
      RoleName = Role?.RoleName
      return await iam.send(new IAM.GetRoleCommand({ RoleName }))
    },
    'inline-role-policies': () => iam.send(new IAM.ListRolePoliciesCommand({ RoleName })),
    'attached-role-policies': async () => {
      const listed = await iam.send(new IAM.ListAttachedRolePoliciesCommand({ RoleName }))
      await iam.send(new IAM.DeleteServiceLinkedRoleCommand({ RoleName }))
      return listed
    },
  }
}

const wrongSuffix =
  (AWSServiceName: string): Replay =>
  ({ iam }) => ({
    'custom-suffix-not-allowed': () =>
      iam.send(new IAM.CreateServiceLinkedRoleCommand({ AWSServiceName, CustomSuffix: 'x' })),
  })

/** The policies of a simulated user or group: what one statement allows, another does not. */
const simulated =
  (kind: 'user' | 'group'): Replay =>
  async ({ iam, name }) => {
    const PolicyDocument =
      '{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}'
    const named = { UserName: name, GroupName: name }
    const { User } = await iam.send(new IAM.CreateUserCommand(named))
    const { Group } = await iam.send(new IAM.CreateGroupCommand(named))
    const { Policy } = await iam.send(
      new IAM.CreatePolicyCommand({ PolicyName: name, PolicyDocument }),
    )
    const attached = { ...named, PolicyArn: Policy?.Arn }
    if (kind === 'user') await iam.send(new IAM.AttachUserPolicyCommand(attached))
    else await iam.send(new IAM.AttachGroupPolicyCommand(attached))
    const simulation = {
      PolicySourceArn: kind === 'user' ? User?.Arn : Group?.Arn,
      ActionNames: ['s3:PutObject', 's3:GetObjectVersion'],
      ResourceArns: ['arn:aws:s3:::bucket'],
    }
    return {
      response: () => iam.send(new IAM.SimulatePrincipalPolicyCommand(simulation)),
    }
  }

const serviceCredential = ({ iam, name: UserName }: Place, ServiceName: string) =>
  iam.send(new IAM.CreateServiceSpecificCredentialCommand({ UserName, ServiceName }))

/** Calls about a credential with an id or a user name that is not its own. */
function wrongCredential(
  place: Place,
  kind: 'id' | 'user-name',
  wrong: { readonly UserName?: string; readonly ServiceSpecificCredentialId?: string },
): Steps {
  const { iam, name: UserName } = place
  let ServiceSpecificCredentialId: string | undefined
  const input = () => ({ UserName, ServiceSpecificCredentialId, ...wrong })
  return {
    'create-user-response': () => createUser(place),
    'create-service-specific-credential-response': async () => {
      const made = await serviceCredential(place, 'codecommit.amazonaws.com')
      ServiceSpecificCredentialId = made.ServiceSpecificCredential?.ServiceSpecificCredentialId
      return made
    },
    [`update-wrong-${kind}`]: () =>
      iam.send(new IAM.UpdateServiceSpecificCredentialCommand({ ...input(), Status: 'Inactive' })),
    [`reset-wrong-${kind}`]: () => iam.send(new IAM.ResetServiceSpecificCredentialCommand(input())),
    [`delete-wrong-${kind}`]: () =>
      iam.send(new IAM.DeleteServiceSpecificCredentialCommand(input())),
  }
}

const credentialLifecycle =
  (ServiceName: string): Replay =>
  (place) => {
    const { iam, name: UserName } = place
    let ServiceSpecificCredentialId: string | undefined
    const list = () => iam.send(new IAM.ListServiceSpecificCredentialsCommand({ UserName }))
    const input = () => ({ UserName, ServiceSpecificCredentialId })
    return {
      'create-user-response': () => createUser(place),
      'create-service-specific-credential-response': async () => {
        const made = await serviceCredential(place, ServiceName)
        ServiceSpecificCredentialId = made.ServiceSpecificCredential?.ServiceSpecificCredentialId
        return made
      },
      'list-service-specific-credentials-response-before-update': list,
      'update-service-specific-credential-response': () =>
        iam.send(
          new IAM.UpdateServiceSpecificCredentialCommand({ ...input(), Status: 'Inactive' }),
        ),
      'list-service-specific-credentials-response-after-update': list,
      'reset-service-specific-credential-response': () =>
        iam.send(new IAM.ResetServiceSpecificCredentialCommand(input())),
      'delete-service-specific-credentials-response': () =>
        iam.send(new IAM.DeleteServiceSpecificCredentialCommand(input())),
    }
  }

/** Recordings of one test with many parameters, by the parameter. */
function each(
  test: string,
  replay: (parameter: string) => Replay,
): Readonly<Record<string, Replay>> {
  const names = Object.keys(recordings).filter((name) => name.startsWith(`${test}[`))
  return Object.fromEntries(names.map((name) => [name, replay(name.slice(test.length + 1, -1))]))
}

const replays: Readonly<Record<string, Replay>> = {
  test_delete_non_existent_policy_returns_no_such_entity: ({ iam }) => ({
    'delete-non-existent-policy-exc': () =>
      iam.send(
        new IAM.DeletePolicyCommand({
          PolicyArn: `arn:aws:iam::${world.home}:policy/non-existent-policy`,
        }),
      ),
  }),
  'test_simulate_principle_policy[group]': simulated('group'),
  'test_simulate_principle_policy[user]': simulated('user'),
  test_put_user_policy_encoding: async (place) => {
    const { iam, name: UserName } = place
    await createUser(place)
    const Resource = [
      'arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Faaeeieije',
    ]
    const PolicyDocument = policyText({ Effect: 'Allow', Action: ['apigatway:PUT'], Resource })
    const policy = { UserName, PolicyName: 'encoded' }
    await iam.send(new IAM.PutUserPolicyCommand({ ...policy, PolicyDocument }))
    return { 'get-policy-response': () => iam.send(new IAM.GetUserPolicyCommand(policy)) }
  },
  test_service_role_deletion: async ({ iam }) => {
    const AWSServiceName = 'batch.amazonaws.com'
    const { Role } = await iam.send(new IAM.CreateServiceLinkedRoleCommand({ AWSServiceName }))
    let DeletionTaskId: string | undefined
    return {
      'service-linked-role-deletion-response': async () => {
        const RoleName = Role?.RoleName
        const deleted = await iam.send(new IAM.DeleteServiceLinkedRoleCommand({ RoleName }))
        DeletionTaskId = deleted.DeletionTaskId
        return deleted
      },
      'service-linked-role-deletion-status-response': () =>
        iam.send(new IAM.GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId })),
    }
  },
  ...each(
    'test_service_role_lifecycle',
    (AWSServiceName) => (place) => linkedRole(place, { AWSServiceName }),
  ),
  ...each(
    'test_service_role_lifecycle_custom_suffix',
    (AWSServiceName) => (place) => linkedRole(place, { AWSServiceName, CustomSuffix: 'suffix' }),
  ),
  ...each('test_service_role_lifecycle_custom_suffix_not_allowed', wrongSuffix),
  test_create_service_specific_credential_invalid_service: (place) => ({
    'create-user-response': () => createUser(place),
    'invalid-service-exception': () => serviceCredential(place, 'nonexistentservice.amazonaws.com'),
    'invalid-service-completely-malformed-exception': () =>
      serviceCredential(place, 'o3on3n3onosneo'),
    'invalid-service-existing-but-unsupported-exception': () =>
      serviceCredential(place, 'lambda.amazonaws.com'),
  }),
  test_id_match_user_mismatch: (place) =>
    wrongCredential(place, 'user-name', { UserName: 'wrong-user-name' }),
  ...each(
    'test_user_match_id_mismatch',
    (ServiceSpecificCredentialId) => (place) =>
      wrongCredential(place, 'id', { ServiceSpecificCredentialId }),
  ),
  test_list_service_specific_credential_different_service: (place) => {
    const { iam, name: UserName } = place
    const list = (ServiceName: string) => () =>
      iam.send(new IAM.ListServiceSpecificCredentialsCommand({ UserName, ServiceName }))
    return {
      'create-user-response': () => createUser(place),
      'create-service-specific-credential-response': () =>
        serviceCredential(place, 'codecommit.amazonaws.com'),
      'list-service-specific-credentials-response-wrong-service': list('cassandra.amazonaws.com'),
      'list-service-specific-credentials-invalid-service': list('nonexistentservice.amazonaws.com'),
    }
  },
  ...each('test_service_specific_credential_lifecycle', credentialLifecycle),
  test_role_with_tags: ({ iam, name: RoleName }) => {
    const Path = '/role-with-tags/'
    return {
      'create-role-response': () =>
        iam.send(
          new IAM.CreateRoleCommand({
            RoleName,
            Path,
            AssumeRolePolicyDocument: trustOf('ec2.amazonaws.com'),
            Tags: [{ Key: 'test', Value: 'value' }],
          }),
        ),
      'list-role-response': () => iam.send(new IAM.ListRolesCommand({ PathPrefix: Path })),
      'get-role-response': () => iam.send(new IAM.GetRoleCommand({ RoleName })),
    }
  },
}

/** Recordings that are not replayed, each with the reason. */
const notReplayed: Readonly<Record<string, string>> = {}

const usedByService: Apart = {
  'describe-response.Role.RoleLastUsed.LastUsedDate': 'the service had used the role by then',
  'describe-response.Role.RoleLastUsed.Region': 'the service had used the role by then',
}

/** Places that differ from the recording, by its name, each with the reason. */
const apart: Readonly<Record<string, Apart>> = {
  'test_service_role_lifecycle[kafka.amazonaws.com]': usedByService,
  'test_service_role_lifecycle[rds.amazonaws.com]': usedByService,
  'test_service_role_lifecycle[sso.amazonaws.com]': usedByService,
}

let number = 0
describe.skipIf(!hasRecordings)('what AWS answered of IAM', () => {
  test.each(Object.entries(replays))('%s', async (name, replay) => {
    number += 1
    const recorded = recordings[name] ?? {}
    const iam = world.iam(world.root(world.home))
    const steps = await replay({ iam, name: `recorded-${number}`, recorded })
    expect(stepsLeftOut(recorded, steps)).toEqual([])
    const differences = await compareSteps({
      recorded,
      steps,
      reshape: readDocuments,
      apart: apart[name] ?? {},
    })
    expect(differences).toEqual([])
  })

  test('every recording is replayed or says why not', () => {
    const told = Object.keys({ ...replays, ...notReplayed })
    expect(told.toSorted()).toEqual(Object.keys(recordings).toSorted())
  })
})

// STILE_AWS_RECORDINGS names the folder; the repository holds none.
test.skipIf(!hasRecordings)(
  'the recordings of IAM are there: set STILE_AWS_RECORDINGS to compare with AWS',
  () => {
    expect(Object.keys(recordings).length).toBeGreaterThan(80)
  },
)
