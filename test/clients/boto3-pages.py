"""Leafs through lists page by page, as a program with boto3 does; prints what came of it."""
import json

import boto3

out = {}


def names(client, operation, member, size, key, **more):
    """The names on all pages, how many pages there were, and whether each was full but the last."""
    pages = [
        [entry[key] for entry in page.get(member, [])]
        for page in client.get_paginator(operation).paginate(
            PaginationConfig={'PageSize': size}, **more
        )
    ]
    full = all(len(page) == size for page in pages[:-1])
    return sorted(name for page in pages for name in page), len(pages), full


def check(title, got, expected, pages):
    out[title] = got == (sorted(expected), pages, True) or [got, pages]


iam = boto3.client('iam')
trust = json.dumps({
    'Version': '2012-10-17',
    'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'ec2.amazonaws.com'}, 'Action': 'sts:AssumeRole'}],
})
rule = json.dumps({
    'Version': '2012-10-17',
    'Statement': [{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}],
})
seven = [f'paged-{index}' for index in range(7)]
for name in seven:
    iam.create_user(UserName=name, Path='/paged/')
    iam.create_role(RoleName=name, Path='/paged/', AssumeRolePolicyDocument=trust)
    iam.create_group(GroupName=name, Path='/paged/')
    iam.create_policy(PolicyName=name, Path='/paged/', PolicyDocument=rule)
    iam.put_role_policy(RoleName='paged-0', PolicyName=name, PolicyDocument=rule)
    iam.add_user_to_group(GroupName=name, UserName='paged-0')
for name in seven:
    policy = iam.create_policy(PolicyName=f'{name}-attached', PolicyDocument=rule)['Policy']
    iam.attach_role_policy(RoleName='paged-1', PolicyArn=policy['Arn'])
under = {'PathPrefix': '/paged/'}
check('users', names(iam, 'list_users', 'Users', 3, 'UserName', **under), seven, 3)
check('roles', names(iam, 'list_roles', 'Roles', 3, 'RoleName', **under), seven, 3)
check('groups', names(iam, 'list_groups', 'Groups', 3, 'GroupName', **under), seven, 3)
check('policies', names(iam, 'list_policies', 'Policies', 3, 'PolicyName', Scope='Local', **under), seven, 3)
check('groups of a user', names(iam, 'list_groups_for_user', 'Groups', 2, 'GroupName', UserName='paged-0'), seven, 4)
attached = names(iam, 'list_attached_role_policies', 'AttachedPolicies', 7, 'PolicyName', RoleName='paged-1')
check('attached policies', attached, [f'{name}-attached' for name in seven], 1)
inline = [
    name
    for page in iam.get_paginator('list_role_policies').paginate(
        RoleName='paged-0', PaginationConfig={'PageSize': 2}
    )
    for name in page['PolicyNames']
]
out['inline policies'] = inline == seven or inline
managed = iam.get_paginator('list_policies').paginate(Scope='AWS').search('Policies[].Arn')
out['managed policies'] = len(set(managed)) > 1000
details = iam.get_paginator('get_account_authorization_details').paginate(
    PaginationConfig={'PageSize': 5}, Filter=['User', 'Role']
)
everybody = details.build_full_result()
out['account details'] = [len(everybody['UserDetailList']) >= 7, len(everybody['RoleDetailList']) >= 7]

s3 = boto3.client('s3')
s3.create_bucket(Bucket='boto3-pages')
s3.put_bucket_versioning(Bucket='boto3-pages', VersioningConfiguration={'Status': 'Enabled'})
keys = [f'folder-{index % 3}/k ü+&{index}' for index in range(11)]
for key in keys * 2:
    s3.put_object(Bucket='boto3-pages', Key=key, Body=key.encode())
of = {'Bucket': 'boto3-pages'}
check('objects', names(s3, 'list_objects_v2', 'Contents', 4, 'Key', **of), keys, 3)
check('objects, version 1', names(s3, 'list_objects', 'Contents', 4, 'Key', **of), keys, 3)
check('versions', names(s3, 'list_object_versions', 'Versions', 4, 'Key', **of), keys * 2, 6)
folders = names(s3, 'list_objects_v2', 'CommonPrefixes', 2, 'Prefix', Delimiter='/', **of)
check('folders', folders, [f'folder-{index}/' for index in range(3)], 2)
uploads = [s3.create_multipart_upload(Bucket='boto3-pages', Key=f'u{index}')['UploadId'] for index in range(5)]
check('uploads', names(s3, 'list_multipart_uploads', 'Uploads', 2, 'UploadId', **of), uploads, 3)
part = {'Bucket': 'boto3-pages', 'Key': 'u0', 'UploadId': uploads[0]}
for number in range(1, 6):
    s3.upload_part(PartNumber=number, Body=b'x', **part)
check('parts', names(s3, 'list_parts', 'Parts', 2, 'PartNumber', **part), range(1, 6), 3)

ecr = boto3.client('ecr')
for name in seven:
    ecr.create_repository(repositoryName=f'team/{name}')
repositories = names(ecr, 'describe_repositories', 'repositories', 3, 'repositoryName')
check('repositories', repositories, [f'team/{name}' for name in seven], 3)

organizations = boto3.client('organizations')
organizations.create_organization(FeatureSet='ALL')
root = organizations.list_roots()['Roots'][0]['Id']
units = [
    organizations.create_organizational_unit(ParentId=root, Name=name)['OrganizationalUnit']['Id']
    for name in seven
]
for name in seven:
    organizations.create_account(AccountName=name, Email=f'{name}@accounts.example.org')
found = names(organizations, 'list_organizational_units_for_parent', 'OrganizationalUnits', 3, 'Id', ParentId=root)
check('units', found, units, 3)
found = names(organizations, 'list_children', 'Children', 3, 'Id', ParentId=root, ChildType='ORGANIZATIONAL_UNIT')
check('children', found, units, 3)
accounts = names(organizations, 'list_accounts', 'Accounts', 3, 'Name')
out['accounts'] = [set(seven) <= set(accounts[0]), len(accounts[0]), accounts[1:]]
policies = names(organizations, 'list_policies', 'Policies', 3, 'Name', Filter='SERVICE_CONTROL_POLICY')
check('policies of the organization', policies, ['FullAWSAccess'], 1)
print(json.dumps(out))
