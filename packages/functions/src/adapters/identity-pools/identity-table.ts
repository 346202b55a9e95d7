/**
 * The items of linking in the broker's DynamoDB table, each written on the condition that its
 * version has not changed.
 *
 * | pk | sk | contents |
 * |---|---|---|
 * | `identity#POOL#login#KEY` | `item` | a login, by its keyed digest: which identity it has |
 * | `identity#POOL#identity#ID` | `item` | an identity: the logins that it has, and its state |
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
import type { ItemName, LinkingItem, LinkingTable } from '@token-broker/core/linking'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { readSdkError } from '../sdk-error.ts'
import { createSignedCalls, type SignedCallOptions } from '../signed-call.ts'

export interface IdentityTableOptions extends Omit<SignedCallOptions, 'service' | 'protocol'> {
  readonly tableName: string
}

/** @throws an error for `readSdkError` */
export type OpenIdentityTable = (pool: string, signal: AbortSignal) => LinkingTable

const TIMEOUT_MS = 2_000
const CONFLICT = 'ConditionalCheckFailedException'

export function createIdentityTable({
  tableName: TableName,
  ...options
}: IdentityTableOptions): OpenIdentityTable {
  const target = { defaultNamespace: 'com.amazonaws.dynamodb', serviceTarget: 'DynamoDB_20120810' }
  const protocol = new AwsJson1_0Protocol(target)
  const service = { service: 'dynamodb', protocol, timeoutMs: TIMEOUT_MS }
  const calls = createSignedCalls({ ...options, ...service })
  const getItem = calls<GetItemInput, GetItemOutput>(GetItem$)
  const putItem = calls<PutItemInput, PutItemOutput>(PutItem$)
  return (pool, signal) => ({
    async get(name) {
      const Key = keyOf(pool, name)
      const { Item } = await getItem({ TableName, Key, ConsistentRead: true }, signal)
      if (!Item) return undefined
      return { version: Number(Item.version?.N), item: readItem(Item.item?.S ?? '') }
    },
    async putIf(name, item, previousVersion) {
      const version = { N: String((previousVersion ?? 0) + 1) }
      const Item = { ...keyOf(pool, name), version, item: { S: JSON.stringify(item) } }
      try {
        await putItem({ TableName, Item, ...conditionOf(previousVersion) }, signal)
        return true
      } catch (error) {
        if (readSdkError(error).code === CONFLICT) return false
        throw error
      }
    },
  })
}

function conditionOf(previousVersion: number | undefined) {
  return previousVersion === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': { N: String(previousVersion) } },
      }
}

function keyOf(pool: string, { kind, name }: ItemName) {
  return { pk: { S: `identity#${pool}#${kind}#${name}` }, sk: { S: 'item' } }
}

/** @throws {Error} for an item that this code does not write */
function readItem(text: string): LinkingItem {
  const item = parseStrictObject(text)
  if (item.kind === 'login' || item.kind === 'identity') return item as unknown as LinkingItem
  throw new Error('An item of the table of identities has no kind; it was changed by hand.')
}
