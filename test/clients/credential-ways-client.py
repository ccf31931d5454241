"""What credential-ways-client.js does, by boto3."""
import sys

import boto3

bucket, *profile = sys.argv[1:]
session = boto3.Session(profile_name=profile[0]) if profile else boto3.Session()
sts = session.client('sts')
s3 = session.client('s3')


def work(key):
    arn = sts.get_caller_identity()['Arn']
    s3.put_object(Bucket=bucket, Key=key, Body=b'made')
    print(arn, flush=True)


work('0')
for count, _ in enumerate(sys.stdin, start=1):
    work(str(count))
