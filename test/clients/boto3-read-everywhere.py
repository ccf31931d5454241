"""Reads every account from the hub at the same time, as an inventory does; prints what it found."""
import json
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.exceptions import ClientError

sts = boto3.Session(profile_name='inventory').client('sts')


def sessionIn(account):
    role = f'arn:aws:iam::{account}:role/CrossAccountReadOnlyRole'
    credentials = sts.assume_role(RoleArn=role, RoleSessionName='inventory')['Credentials']
    return boto3.Session(
        aws_access_key_id=credentials['AccessKeyId'],
        aws_secret_access_key=credentials['SecretAccessKey'],
        aws_session_token=credentials['SessionToken'],
    )


def read(account):
    try:
        session = sessionIn(account)
    except ClientError as error:
        return error.response['Error']['Code']
    s3 = session.client('s3')
    iam = session.client('iam')
    iam.get_waiter('role_exists').wait(RoleName='CrossAccountReadOnlyRole')
    pages = iam.get_paginator('list_policies').paginate(
        Scope='AWS', PaginationConfig={'PageSize': 500}
    )
    try:
        write = s3.create_bucket(
            Bucket=f'new-in-{account}',
            CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'},
        )
    except ClientError as error:
        write = error.response['Error']['Code']
    return {
        'buckets': [bucket['Name'] for bucket in s3.list_buckets()['Buckets']],
        'hasReadOnlyAccess': 'ReadOnlyAccess' in [
            policy['PolicyName'] for page in pages for policy in page['Policies']
        ],
        'write': write,
    }


accounts = ['222222222222', '333333333333', '444444444444', '555555555555']
with ThreadPoolExecutor() as threads:
    print(json.dumps(dict(zip(accounts, threads.map(read, accounts)))))
