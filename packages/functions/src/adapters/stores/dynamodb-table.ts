/** The tenants table over DynamoDB's JSON protocol: the two reads that the broker makes. A bundle of its own (bundle.ts). */
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
import type { TenantTable } from './dynamodb-tenants.ts'
import type { Item } from './tenant-table.ts'

export interface DynamodbTableOptions
  extends Omit<SignedCallOptions, 'service' | 'protocol' | 'timeoutMs' | 'maxResponseBytes'> {
  readonly tableName: string
}

const TIMEOUT_MS = 2_000
/** DynamoDB answers with 1 MB of items at most, and as JSON our quotation marks take two characters each. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

/** What it throws is for `readSdkError`. Reads are eventually consistent, at half the price: a change is some milliseconds late, beside a cache of a minute. */
export function createDynamodbTable({ tableName, ...options }: DynamodbTableOptions): TenantTable {
  const target = { defaultNamespace: 'com.amazonaws.dynamodb', serviceTarget: 'DynamoDB_20120810' }
  const protocol = new AwsJson1_0Protocol(target)
  const bounds = { timeoutMs: TIMEOUT_MS, maxResponseBytes: MAX_ANSWER_BYTES }
  const calls = createSignedCalls({ ...options, ...bounds, service: 'dynamodb', protocol })
  const getItem = calls<GetItemInput, GetItemOutput>(GetItem$)
  const query = calls<QueryInput, QueryOutput>(Query$)
  // What is read is for every request that waits for it, so that the deadline of none of them ends it.
  const noDeadline = () => new AbortController().signal

  return {
    async getItem(key) {
      const answer = await getItem({ TableName: tableName, Key: { ...key } }, noDeadline())
      return answer.Item
    },
    async query(partition, mostItems) {
      const items: Item[] = []
      let start: QueryOutput['LastEvaluatedKey']
      do {
        const input: QueryInput = {
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: partition } },
          ExclusiveStartKey: start,
          Limit: mostItems,
        }
        const page: QueryOutput = await query(input, noDeadline())
        items.push(...(page.Items ?? []))
        start = page.LastEvaluatedKey
      } while (start && (mostItems === undefined || items.length < mostItems))
      return items
    },
  }
}
