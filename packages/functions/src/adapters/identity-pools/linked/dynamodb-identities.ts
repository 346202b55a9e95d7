/**
 * Linked identities in the broker's DynamoDB table, with single-item conditional writes. The broker
 * loads this file lazily (bundle.ts).
 */
import {
  GetItem$,
  type GetItemInput,
  type GetItemOutput,
  PutItem$,
  type PutItemInput,
  type PutItemOutput,
} from '@aws-sdk/client-dynamodb'
import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols'
import { readSdkError } from '../../sdk-error.ts'
import { createSignedCalls, type SignedCallOptions } from '../../signed-call.ts'
import { type IdentityTable, linkKey } from './identity-table.ts'
import { newLinkItem, readLinkItem } from './link-item.ts'

export interface DynamodbIdentitiesOptions
  extends Omit<SignedCallOptions, 'service' | 'protocol' | 'timeoutMs' | 'maxResponseBytes'> {
  readonly tableName: string
}

/** Each of the two to some dozen calls of one request; the request's own deadline ends them all. */
const TIMEOUT_MS = 2_000

export function createDynamodbIdentities({
  tableName,
  ...options
}: DynamodbIdentitiesOptions): IdentityTable {
  const target = { defaultNamespace: 'com.amazonaws.dynamodb', serviceTarget: 'DynamoDB_20120810' }
  const protocol = new AwsJson1_0Protocol(target)
  const timeoutMs = TIMEOUT_MS
  const calls = createSignedCalls({ ...options, service: 'dynamodb', protocol, timeoutMs })
  const putItem = calls<PutItemInput, PutItemOutput>(PutItem$)
  const getItem = calls<GetItemInput, GetItemOutput>(GetItem$)
  return {
    async get(pool, name, signal) {
      const key = { ...linkKey(pool, name) }
      const input = { TableName: tableName, Key: key, ConsistentRead: true }
      const { Item } = await getItem(input, signal)
      return Item && readLinkItem(Item)
    },
    async putIf(pool, name, item, previousVersion, signal) {
      const version = (previousVersion ?? 0) + 1
      const Item = { ...newLinkItem(pool, name, { version, item }) }
      try {
        await putItem({ TableName: tableName, Item, ...conditionOf(previousVersion) }, signal)
        return true
      } catch (error) {
        if (readSdkError(error).code === 'ConditionalCheckFailedException') return false
        throw error
      }
    },
  }
}

function conditionOf(
  previousVersion: number | undefined,
): Pick<PutItemInput, 'ConditionExpression' | 'ExpressionAttributeValues'> {
  if (previousVersion === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' }
  return {
    ConditionExpression: 'version = :version',
    ExpressionAttributeValues: { ':version': { N: String(previousVersion) } },
  }
}
