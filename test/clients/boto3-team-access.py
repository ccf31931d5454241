"""Works in the other account for an hour, as a program with boto3 does; prints what came of it."""
import datetime
import json

import boto3
from botocore.exceptions import ClientError

ROLE = 'arn:aws:iam::222222222222:role/TeamRole'
sts = boto3.Session(profile_name='ana').client('sts')
answer = sts.assume_role(RoleArn=ROLE, RoleSessionName='ana')
credentials = answer['Credentials']
seconds = (credentials['Expiration'] - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
session = boto3.Session(
    aws_access_key_id=credentials['AccessKeyId'],
    aws_secret_access_key=credentials['SecretAccessKey'],
    aws_session_token=credentials['SessionToken'],
)
bucket = session.resource('s3').Bucket('team-notes')
note = bucket.Object('boto3.txt')
note.put(Body='noted')


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response['Error']['Code']
    return None


print(json.dumps({
    'arn': answer['AssumedRoleUser']['Arn'],
    'isAnHour': 3590 < seconds <= 3600,
    'note': note.get()['Body'].read().decode(),
    'keys': sorted(item.key for item in bucket.objects.all()),
    'delete': refusal(note.delete),
    'tooLong': refusal(sts.assume_role, RoleArn=ROLE, RoleSessionName='ana', DurationSeconds=7200),
}))
