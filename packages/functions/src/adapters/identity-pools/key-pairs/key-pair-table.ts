/** Reads key pairs from the broker's DynamoDB table. */
import { GetItem$, type GetItemInput, type GetItemOutput } from '@aws-sdk/client-dynamodb'
import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols'
import { createSignedCalls } from '../../signed-call.ts'
import type { DynamodbIdentitiesOptions } from '../linked/dynamodb-identities.ts'
import type { KeyPairPorts } from './find-root-key.ts'
import { keyPairKey, readKeyPairItem } from './key-pair-item.ts'

const TIMEOUT_MS = 2_000

export function createKeyPairReader({
  tableName,
  ...options
}: DynamodbIdentitiesOptions): KeyPairPorts['read'] {
  const target = { defaultNamespace: 'com.amazonaws.dynamodb', serviceTarget: 'DynamoDB_20120810' }
  const protocol = new AwsJson1_0Protocol(target)
  const service = { service: 'dynamodb', protocol, timeoutMs: TIMEOUT_MS }
  const calls = createSignedCalls({ ...options, ...service })
  const getItem = calls<GetItemInput, GetItemOutput>(GetItem$)
  return async (pool, keyId, signal) => {
    const Key = { ...keyPairKey(pool, keyId) }
    // Otherwise, a replica could still have the key pair after a minute in which it was revoked.
    const { Item } = await getItem({ TableName: tableName, Key, ConsistentRead: true }, signal)
    return Item && readKeyPairItem(Item)
  }
}
