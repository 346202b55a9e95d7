"""Calls operations with unmodified botocore, as stdin lists them, and prints result or error."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from botocore import UNSIGNED
from botocore.config import Config
from botocore.session import Session


def call(wanted):
    session = Session()
    retries = {"mode": wanted.get("retries", "legacy")}
    keys = wanted.get("keys")
    if keys:
        session.set_credentials(keys["accessKeyId"], keys["secretAccessKey"])
    client = session.create_client(
        "cognito-identity",
        region_name="eu-west-1",
        endpoint_url=wanted["endpoint"],
        config=Config(retries=retries, **({} if keys else {"signature_version": UNSIGNED})),
    )
    try:
        result = client._make_api_call(wanted["operation"], wanted["input"])
        result.pop("ResponseMetadata")
        return {"result": result}
    except Exception as error:
        response = getattr(error, "response", {"Error": {}})
        return {"raised": type(error).__name__, "code": response["Error"].get("Code")}


calls = json.load(sys.stdin)
with ThreadPoolExecutor(len(calls)) as threads:
    print(json.dumps(list(threads.map(call, calls)), default=str))
