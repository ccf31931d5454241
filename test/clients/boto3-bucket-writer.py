"""Writes to the bucket of the other account by profile, as a program with boto3 does; prints what came of it."""
import json
import os

import boto3
from botocore.exceptions import ClientError

BUCKET = 'cross-account-bucket'


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode']
    return None


with open('big.bin', 'wb') as file:
    file.write(os.urandom(9 * 1024 * 1024))
roleb = boto3.Session(profile_name='roleb').client('s3')
# More than 8 MiB: boto3 sends and gets it in parts, several at a time.
roleb.upload_file('big.bin', BUCKET, 'boto3/big.bin', ExtraArgs={'Metadata': {'sender': 'a team'}})
roleb.get_waiter('object_exists').wait(Bucket=BUCKET, Key='boto3/big.bin')
roleb.download_file(BUCKET, 'boto3/big.bin', 'back.bin')
with open('big.bin', 'rb') as sent, open('back.bin', 'rb') as got:
    same = sent.read() == got.read()
for number in range(5):
    roleb.put_object(Bucket=BUCKET, Key=f'boto3/page/{number} ü+&.txt', Body=b'x', ACL='bucket-owner-full-control')

owner = boto3.Session(profile_name='accountb-admin').client('s3')
pages = owner.get_paginator('list_objects_v2').paginate(
    Bucket=BUCKET, Prefix='boto3/page/', PaginationConfig={'PageSize': 2}
)
own = boto3.Session(profile_name='accounta').client('s3')
print(json.dumps({
    'same': same,
    'metadata': roleb.head_object(Bucket=BUCKET, Key='boto3/big.bin')['Metadata'],
    'pages': [[item['Key'] for item in page['Contents']] for page in pages],
    'list': refusal(roleb.list_objects_v2, Bucket=BUCKET),
    'delete': refusal(roleb.delete_object, Bucket=BUCKET, Key='boto3/big.bin'),
    'missing': refusal(roleb.get_object, Bucket=BUCKET, Key='missing'),
    'acl': refusal(roleb.put_object_acl, Bucket='default-bucket', Key='test.txt', ACL='private'),
    'own': refusal(own.put_object, Bucket=BUCKET, Key='own', Body=b'x'),
    'ownHead': refusal(own.head_object, Bucket=BUCKET, Key='boto3/big.bin'),
}))
