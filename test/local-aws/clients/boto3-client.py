"""Calls S3 with unmodified boto3 and its transfers, and prints `ok` or the code of each error."""

import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from boto3.exceptions import S3UploadFailedError

given = json.load(sys.stdin)
config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
s3 = boto3.client("s3", endpoint_url=given["endpoint"], config=config)
small = os.path.join(given["folder"], "small.txt")
large = os.path.join(given["folder"], "large.bin")


def calls(folder):
    source = {"Bucket": "files", "Key": f"{folder}/given.txt"}
    return {
        "upload": lambda: s3.upload_file(small, "files", f"{folder}/boto3.txt"),
        "download": lambda: s3.get_object(**source)["Body"].read(),
        "list": lambda: s3.list_objects_v2(Bucket="files", Prefix=f"{folder}/"),
        "copy": lambda: s3.copy_object(
            Bucket="files", Key="alice/boto3-copy.txt", CopySource=source
        ),
        "delete": lambda: s3.delete_object(Bucket="files", Key=f"{folder}/deleted.txt"),
        "multipart": lambda: s3.upload_file(large, "files", f"{folder}/boto3.bin"),
    }


def outcome(call):
    try:
        call()
        return "ok"
    except ClientError as error:
        return error.response["Error"]["Code"]
    except S3UploadFailedError as error:
        return "AccessDenied" if "AccessDenied" in str(error) else str(error)


print(
    json.dumps(
        {
            folder: {name: outcome(call) for name, call in calls(folder).items()}
            for folder in given["folders"]
        }
    )
)
