"""Calls operations with unmodified boto3, as stdin lists them, and prints the code of each outcome.

Clients of botocore send the parameters as they are; the table of boto3 writes them itself.
"""

import json
import sys

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

given = json.load(sys.stdin)
options = {"endpoint_url": given["endpoint"], "region_name": "eu-central-1"}
client = boto3.client("dynamodb", **options)
table = boto3.resource("dynamodb", **options).Table("scores")


def code_of(call, **parameters):
    try:
        call(**parameters)
        return "ok"
    except ClientError as error:
        return error.response["Error"]["Code"]


def of_client(wanted):
    call = {"operation_name": wanted["operation"], "api_params": wanted["input"]}
    return code_of(client._make_api_call, **call)


def of_table(player):
    key = {"player": player, "round": "boto3"}
    return {
        "put_item": code_of(table.put_item, Item={**key, "score": 3, "tags": {"a", "b"}}),
        "get_item": code_of(table.get_item, Key=key),
        "query": code_of(
            table.query,
            KeyConditionExpression=Key("player").eq(player) & Key("round").begins_with("b"),
            FilterExpression=Attr("score").gt(1) & ~Attr("secret").exists(),
        ),
        "update_item": code_of(
            table.update_item,
            Key=key,
            UpdateExpression="ADD #s :one",
            ExpressionAttributeNames={"#s": "score"},
            ExpressionAttributeValues={":one": 1},
        ),
        "delete_item": code_of(table.delete_item, Key=key),
    }


print(
    json.dumps(
        {
            "client": [of_client(wanted) for wanted in given["calls"]],
            "table": {player: of_table(player) for player in given["players"]},
        }
    )
)
