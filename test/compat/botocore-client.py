"""Prints what unmodified botocore gets in each environment on stdin: credentials or an error."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from botocore import credentials
from botocore.session import Session


def retrieve(environment):
    try:
        found = provider_of(environment).load().get_frozen_credentials()
        return {"secretAccessKey": found.secret_key, "sessionToken": found.token}
    except Exception as error:
        response = getattr(error, "response", {"Error": {}, "ResponseMetadata": {}})
        return {
            "raised": type(error).__name__,
            "code": response["Error"].get("Code"),
            "requestId": response["ResponseMetadata"].get("RequestId"),
            "message": str(error),
        }


def provider_of(environment):
    """Creates a provider directly: the chain would read the environment that all threads share."""
    if "AWS_CONTAINER_CREDENTIALS_FULL_URI" in environment:
        return credentials.ContainerProvider(environ=environment)
    if "CREDENTIAL_PROCESS" in environment:
        profile = {"credential_process": environment["CREDENTIAL_PROCESS"]}
        return credentials.ProcessProvider("broker", lambda: {"profiles": {"broker": profile}})
    profile = {
        "role_arn": environment["AWS_ROLE_ARN"],
        "web_identity_token_file": environment["AWS_WEB_IDENTITY_TOKEN_FILE"],
    }
    # The version of Debian 12 does not support AWS_ENDPOINT_URL_STS.
    place = {
        "region_name": environment["AWS_REGION"],
        "endpoint_url": environment["AWS_ENDPOINT_URL_STS"],
    }
    return credentials.AssumeRoleWithWebIdentityProvider(
        load_config=lambda: {"profiles": {"broker": profile}},
        client_creator=lambda name, **more: Session().create_client(name, **place, **more),
        profile_name="broker",
        disable_env_vars=True,
    )


environments = json.load(sys.stdin)
with ThreadPoolExecutor(len(environments)) as threads:
    print(json.dumps(list(threads.map(retrieve, environments))))
