"""Moves files with threads, shares links and waits, as a program with boto3 does; prints what came of it."""
import base64
import hashlib
import json
import os
import threading
import urllib.error
import urllib.request
import uuid

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

s3 = boto3.client('s3', config=Config(signature_version='s3v4', max_pool_connections=16))
out = {}


def code(call):
    try:
        call()
    except ClientError as error:
        return error.response['Error']['Code']
    return 'answered'


def fetch(url, data=None, method='GET', headers=None):
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


# Parts at once, up and down, several files at a time.
bucket = 'boto3-transfers'
s3.create_bucket(Bucket=bucket)
s3.get_waiter('bucket_exists').wait(Bucket=bucket)
config = TransferConfig(
    multipart_threshold=5 * 1024**2, multipart_chunksize=5 * 1024**2, max_concurrency=8
)
noise = {f'noise-{index}': os.urandom(17 * 1024**2 + index) for index in range(3)}
for name, content in noise.items():
    with open(name, 'wb') as file:
        file.write(content)


def there_and_back(name):
    sent = []
    checksum = {'ChecksumAlgorithm': 'SHA256'}
    s3.upload_file(name, bucket, name, Config=config, Callback=sent.append, ExtraArgs=checksum)
    s3.download_file(bucket, name, f'{name}.back', Config=config)
    with open(f'{name}.back', 'rb') as file:
        same = file.read() == noise[name]
    results[name] = [same, sum(sent) == len(noise[name])]


results = {}
threads = [threading.Thread(target=there_and_back, args=(name,)) for name in noise]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
out['transfers'] = results
head = s3.head_object(Bucket=bucket, Key='noise-0', ChecksumMode='ENABLED')
digests = b''.join(
    hashlib.sha256(noise['noise-0'][begin : begin + 5 * 1024**2]).digest()
    for begin in range(0, len(noise['noise-0']), 5 * 1024**2)
)
expected = base64.b64encode(hashlib.sha256(digests).digest()).decode()
out['checksum'] = head['ChecksumSHA256'] == f'{expected}-4'
source = {'Bucket': bucket, 'Key': 'noise-1'}
s3.copy(source, bucket, 'copied', Config=config)
body = s3.get_object(Bucket=bucket, Key='copied')['Body']
out['copied'] = b''.join(body.iter_chunks(100_000)) == noise['noise-1']
out['left'] = s3.list_multipart_uploads(Bucket=bucket).get('Uploads', [])

# Links.
def link(method, **more):
    return s3.generate_presigned_url(method, Params={'Bucket': bucket, 'Key': 'l ü+', **more})


put = link('put_object', ContentType='text/plain')
out['put'] = fetch(put, b'linked', 'PUT', {'Content-Type': 'text/plain'})[0]
out['putOtherType'] = fetch(put, b'linked', 'PUT', {'Content-Type': 'text/html'})[0]
get = link('get_object', ResponseContentType='text/x-odd')
out['get'] = fetch(get)[1].decode()
out['getChanged'] = fetch(get.replace('x-odd', 'x-even'))[0]


def post(fields, url, content):
    boundary = uuid.uuid4().hex
    lines = []
    for name, value in fields.items():
        lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n')
    lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n')
    data = ''.join(lines).encode() + content + f'\r\n--{boundary}--\r\n'.encode()
    headers = {'Content-Type': f'multipart/form-data; boundary={boundary}'}
    return fetch(url, data, 'POST', headers)


form = s3.generate_presigned_post(
    bucket, 'posted/${filename}', Conditions=[['content-length-range', 1, 10]]
)
out['post'] = post(form['fields'], form['url'], b'posted')[0]
out['posted'] = s3.get_object(Bucket=bucket, Key='posted/f')['Body'].read().decode()
status, body = post(form['fields'], form['url'], b'x' * 11)
out['postTooLarge'] = [status, b'EntityTooLarge' in body]
status, body = post({**form['fields'], 'acl': 'public-read'}, form['url'], b'x')
out['postMore'] = [status, b'AccessDenied' in body]

# Waiters.
quick = {'Delay': 1, 'MaxAttempts': 1}
s3.get_waiter('object_exists').wait(Bucket=bucket, Key='copied', WaiterConfig=quick)
s3.get_waiter('object_not_exists').wait(Bucket=bucket, Key='none', WaiterConfig=quick)
try:
    s3.get_waiter('object_exists').wait(Bucket=bucket, Key='none', WaiterConfig=quick)
    out['waitedForNone'] = 'found'
except WaiterError:
    out['waitedForNone'] = 'gave up'
iam = boto3.client('iam')
iam.create_user(UserName='waited')
iam.get_waiter('user_exists').wait(UserName='waited', WaiterConfig=quick)
out['wrong'] = code(lambda: s3.get_object(Bucket=bucket, Key='none'))
out['wrongName'] = code(lambda: s3.create_bucket(Bucket='boto3..transfers'))
resource = boto3.resource('s3').Bucket(bucket)
resource.objects.all().delete()
resource.delete()
s3.get_waiter('bucket_not_exists').wait(Bucket=bucket, WaiterConfig=quick)
print(json.dumps(out))
