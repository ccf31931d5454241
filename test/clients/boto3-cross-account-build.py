"""Pushes an image into the other account and pulls it again with boto3; prints what came of it."""
import base64
import hashlib
import json
import os
import urllib.request

import boto3
from botocore.exceptions import ClientError

# AWS: every part but the last has at least 5 MiB.
PART = 5 * 1024 * 1024
ROLE = 'arn:aws:iam::222222222222:role/OurThingBuildRole'
runner = boto3.Session(profile_name='gitlab-runner').client('sts')


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response['Error']['Code']
    return None


credentials = runner.assume_role(
    RoleArn=ROLE, RoleSessionName='boto3', ExternalId='some_key_build'
)['Credentials']
ecr = boto3.client(
    'ecr',
    aws_access_key_id=credentials['AccessKeyId'],
    aws_secret_access_key=credentials['SecretAccessKey'],
    aws_session_token=credentials['SessionToken'],
)


def push(content):
    upload = ecr.initiate_layer_upload(repositoryName='app')
    for first in range(0, len(content), PART):
        part = content[first:first + PART]
        ecr.upload_layer_part(
            repositoryName='app', uploadId=upload['uploadId'], partFirstByte=first,
            partLastByte=first + len(part) - 1, layerPartBlob=part,
        )
    digest = 'sha256:' + hashlib.sha256(content).hexdigest()
    ecr.complete_layer_upload(
        repositoryName='app', uploadId=upload['uploadId'], layerDigests=[digest]
    )
    return {'size': len(content), 'digest': digest}


layer = os.urandom(6_000_000)
manifest = json.dumps({
    'schemaVersion': 2,
    'mediaType': 'application/vnd.oci.image.manifest.v1+json',
    'config': {
        'mediaType': 'application/vnd.oci.image.config.v1+json',
        **push(b'{"architecture":"arm64","os":"linux"}'),
    },
    'layers': [{'mediaType': 'application/vnd.oci.image.layer.v1.tar+gzip', **push(layer)}],
})
ecr.put_image(repositoryName='app', imageManifest=manifest, imageTag='boto3')
[image] = ecr.batch_get_image(repositoryName='app', imageIds=[{'imageTag': 'boto3'}])['images']
[pulled] = json.loads(image['imageManifest'])['layers']
url = ecr.get_download_url_for_layer(repositoryName='app', layerDigest=pulled['digest'])
with urllib.request.urlopen(url['downloadUrl']) as response:
    same = response.read() == layer
pages = ecr.get_paginator('describe_images').paginate(
    repositoryName='app', PaginationConfig={'PageSize': 1}
)
[token] = ecr.get_authorization_token()['authorizationData']
print(json.dumps({
    'same': same,
    'manifest': image['imageManifest'] == manifest,
    'pages': [[tag for image in page['imageDetails'] for tag in image['imageTags']] for page in pages],
    'user': base64.b64decode(token['authorizationToken']).decode().split(':')[0],
    'again': refusal(ecr.put_image, repositoryName='app', imageManifest=manifest, imageTag='boto3'),
    'delete': refusal(ecr.delete_repository, repositoryName='app', force=True),
    'withoutId': refusal(runner.assume_role, RoleArn=ROLE, RoleSessionName='boto3'),
    'wrongId': refusal(runner.assume_role, RoleArn=ROLE, RoleSessionName='boto3', ExternalId='guess'),
}))
