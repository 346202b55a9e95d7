/**
 * Reads the tenants table with DynamoDB's JSON protocol. The broker loads this file lazily (see
 * bundle.ts).
 */
import {
  GetItem$,
  type GetItemInput,
  type GetItemOutput,
  Query$,
  type QueryInput,
  type QueryOutput,
} from '@aws-sdk/client-dynamodb'
import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols'
import { createSignedCalls, type SignedCallOptions } from '../signed-call.ts'
import type { Item, TenantTable } from './tenant-table.ts'

export interface DynamodbTableOptions
  extends Omit<SignedCallOptions, 'service' | 'protocol' | 'timeoutMs' | 'maxResponseBytes'> {
  readonly tableName: string
}

const TIMEOUT_MS = 2_000
/** A response has at most 1 MB of items; JSON in JSON takes two bytes per quotation mark. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024

/**
 * Reads are eventually consistent, which costs half as much. The delay of some milliseconds does
 * not matter next to a cache time of one minute.
 * @returns a table whose operations reject with an error for `readSdkError`
 */
export function createDynamodbTable({ tableName, ...options }: DynamodbTableOptions): TenantTable {
  const target = { defaultNamespace: 'com.amazonaws.dynamodb', serviceTarget: 'DynamoDB_20120810' }
  const protocol = new AwsJson1_0Protocol(target)
  const bounds = { timeoutMs: TIMEOUT_MS, maxResponseBytes: MAX_RESPONSE_BYTES }
  const calls = createSignedCalls({ ...options, ...bounds, service: 'dynamodb', protocol })
  const getItem = calls<GetItemInput, GetItemOutput>(GetItem$)
  const query = calls<QueryInput, QueryOutput>(Query$)
  // Several requests may wait for one read, so the deadline of one of them must not abort it.
  const noDeadline = () => new AbortController().signal

  return {
    async getItem(key) {
      const response = await getItem({ TableName: tableName, Key: { ...key } }, noDeadline())
      return response.Item
    },
    async query(partition, maxItems) {
      const items: Item[] = []
      let start: QueryOutput['LastEvaluatedKey']
      do {
        const input: QueryInput = {
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: partition } },
          ExclusiveStartKey: start,
          Limit: maxItems,
        }
        const page: QueryOutput = await query(input, noDeadline())
        items.push(...(page.Items ?? []))
        start = page.LastEvaluatedKey
      } while (start && (maxItems === undefined || items.length < maxItems))
      return items
    },
  }
}
