/** The tenants table as the operator reaches it, with the AWS SDK's own chain of credentials, region and profile. */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb'
import type { Item, Key, NewItem } from '@token-broker/functions/tenant-table'
import { UsageError } from '../command.ts'
import { EXIT_AWAY, TenantError } from './tenant-error.ts'

const MAX_BATCH = 100

export interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeValues?: Record<string, { readonly N: string }>
}

export const ABSENT: Condition = { ConditionExpression: 'attribute_not_exists(pk)' }

/** @param comparison of the stored version with this one; `upTo` holds for an absent item, too */
export function versionIs(comparison: 'equal' | 'below' | 'upTo', version: number): Condition {
  const expressions = {
    equal: 'version = :version',
    below: 'version < :version',
    upTo: 'attribute_not_exists(pk) OR version <= :version',
  }
  return {
    ConditionExpression: expressions[comparison],
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  }
}

/** Reads are consistent. Each call may throw a `UsageError` (settings, permissions) or a `TenantError` (the table is away). */
export interface OperatorTable {
  get(key: Key): Promise<Item | undefined>
  /** Those that exist, in no order. */
  getAll(keys: readonly Key[]): Promise<readonly Item[]>
  /** In the order of the sort key. */
  query(partition: string, sortKeyPrefix?: string): Promise<readonly Item[]>
  /** @returns whether the condition held; where an answer was lost and the call repeated, it may not, though it is done */
  put(item: NewItem, condition: Condition): Promise<boolean>
  /** @returns whether the condition held */
  remove(key: Key, condition: Condition): Promise<boolean>
  close(): void
}

export function openTable(name: string, endpoint: string | undefined): OperatorTable {
  const client = new DynamoDBClient(endpoint === undefined ? {} : { endpoint })
  const TableName = name

  const batch = async (keys: readonly Key[]): Promise<readonly Item[]> => {
    const items: Item[] = []
    let request: BatchGetItemCommandInput['RequestItems'] = {
      [TableName]: { Keys: [...keys], ConsistentRead: true },
    }
    while (request && Object.keys(request).length > 0) {
      const answer: BatchGetItemCommandOutput = await told(
        name,
        client.send(new BatchGetItemCommand({ RequestItems: request })),
      )
      items.push(...(answer.Responses?.[TableName] ?? []))
      request = answer.UnprocessedKeys
    }
    return items
  }

  return {
    async get(key) {
      const { Item } = await told(
        name,
        client.send(new GetItemCommand({ TableName, Key: { ...key }, ConsistentRead: true })),
      )
      return Item
    },
    async getAll(keys) {
      const items: Item[] = []
      for (let from = 0; from < keys.length; from += MAX_BATCH) {
        items.push(...(await batch(keys.slice(from, from + MAX_BATCH))))
      }
      return items
    },
    async query(partition, sortKeyPrefix) {
      const all = {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: partition } },
      }
      const some = {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: {
          ':pk': { S: partition },
          ':prefix': { S: sortKeyPrefix ?? '' },
        },
      }
      // DynamoDB takes no empty prefix.
      const input = {
        TableName,
        ConsistentRead: true,
        ...(sortKeyPrefix === undefined ? all : some),
      }
      return told(name, gather(paginateQuery({ client }, input)))
    },
    put: (item, condition) =>
      held(
        told(name, client.send(new PutItemCommand({ TableName, Item: { ...item }, ...condition }))),
      ),
    remove: (key, condition) =>
      held(
        told(
          name,
          client.send(new DeleteItemCommand({ TableName, Key: { ...key }, ...condition })),
        ),
      ),
    close: () => client.destroy(),
  }
}

async function gather(pages: AsyncIterable<QueryCommandOutput>): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const page of pages) items.push(...(page.Items ?? []))
  return items
}

async function held(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** Turns what the SDK throws into a line for the operator. */
async function told<Answer>(table: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ConditionalCheckFailedException) throw error
    const what = `the table ${table}: ${error.name}: ${error.message || 'no answer'}`.replace(
      /\s+/g,
      ' ',
    )
    if (isPassing(error)) throw new TenantError(EXIT_AWAY, `${what}; try again later`)
    throw new UsageError(what)
  }
}

/** What the SDK would have tried again, an answer of 5xx, or a failure of the network, which has a code of Node's. */
function isPassing(error: Error): boolean {
  if ('$retryable' in error && error.$retryable !== undefined) return true
  return error instanceof DynamoDBServiceException ? error.$fault === 'server' : 'code' in error
}
