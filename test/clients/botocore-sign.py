"""Signs the requests that come as JSON, as botocore does, and writes them out."""

import json
import sys

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SIGNERS = {
    ("s3", "header"): S3SigV4Auth,
    ("s3", "query"): S3SigV4QueryAuth,
    ("iam", "header"): SigV4Auth,
    ("iam", "query"): SigV4QueryAuth,
}


def main():
    job = json.load(sys.stdin)
    keys = job["keys"]
    credentials = Credentials(
        keys["accessKeyId"], keys["secretAccessKey"], keys.get("sessionToken")
    )
    signed = []
    for each in job["requests"]:
        url = f"http://{job['host']}{each['target']}"
        request = AWSRequest(method="GET", url=url, headers=each["headers"])
        signer = SIGNERS[each["service"], each["way"]]
        signer(credentials, each["service"], "us-east-1").add_auth(request)
        prepared = request.prepare()
        headers = {name: str(value) for name, value in request.headers.items()}
        signed.append({"url": prepared.url, "headers": headers})
    json.dump(signed, sys.stdout)


main()
