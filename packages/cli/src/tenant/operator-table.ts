/** The tenants table, with the credentials, region and profile that the AWS SDK finds. */
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
import type { ProxySettings } from '@token-broker/core/proxy-settings'
import type { Head, Item, Key, NewItem } from '@token-broker/functions/tenant-table'
import { EXIT, UsageError } from '../cli-error.ts'
import { TenantError } from './tenant-error.ts'

/** A limit of DynamoDB's `BatchGetItem`. */
const MAX_BATCH = 100

export interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeValues?: Record<
    string,
    { readonly N: string } | { readonly S: string }
  >
}

export const ABSENT: Condition = { ConditionExpression: 'attribute_not_exists(pk)' }

/** @param comparison of the stored version with this one; `upTo` is also met by an absent item */
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

/** @returns that neither the version nor the candidate has changed since the head was read */
export function headIs({ version, candidateNumber }: Pick<Head, 'version' | 'candidateNumber'>) {
  const { ConditionExpression, ExpressionAttributeValues } = versionIs('equal', version)
  // An earlier release wrote heads without a number.
  const isSame =
    candidateNumber === 0
      ? 'attribute_not_exists(candidateNumber)'
      : 'candidateNumber = :candidateNumber'
  return {
    ConditionExpression: `${ConditionExpression} AND ${isSame}`,
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...(candidateNumber === 0 ? {} : { ':candidateNumber': { N: String(candidateNumber) } }),
    },
  } satisfies Condition
}

/**
 * Reads are consistent. Each call may throw a `UsageError` (settings, permissions) or a
 * `TenantError` (the table cannot be reached).
 */
export interface OperatorTable {
  get(key: Key): Promise<Item | undefined>
  /** The items that exist, in any order. */
  getAll(keys: readonly Key[]): Promise<readonly Item[]>
  /** In the order of the sort key. */
  query(partition: string, sortKeyPrefix?: string): Promise<readonly Item[]>
  /**
   * @returns whether the condition was met. It may be false although the item was written: the
   * SDK repeats a call whose response was lost.
   */
  put(item: NewItem, condition: Condition): Promise<boolean>
  /** @returns whether the condition was met */
  remove(key: Key, condition: Condition): Promise<boolean>
  close(): void
}

interface TableConnection {
  /** The URL of another DynamoDB; undefined: that of the region. */
  readonly endpoint: string | undefined
  readonly proxy?: ProxySettings | undefined
}

export function connectToTable(name: string, { endpoint, proxy }: TableConnection): OperatorTable {
  const agent = { keepAlive: true, proxyEnv: proxy }
  const client = new DynamoDBClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(proxy === undefined ? {} : { requestHandler: { httpAgent: agent, httpsAgent: agent } }),
  })
  const TableName = name

  const batch = async (keys: readonly Key[]): Promise<readonly Item[]> => {
    const items: Item[] = []
    let request: BatchGetItemCommandInput['RequestItems'] = {
      [TableName]: { Keys: [...keys], ConsistentRead: true },
    }
    while (request && Object.keys(request).length > 0) {
      const response: BatchGetItemCommandOutput = await withOperatorErrors(
        name,
        client.send(new BatchGetItemCommand({ RequestItems: request })),
      )
      items.push(...(response.Responses?.[TableName] ?? []))
      request = response.UnprocessedKeys
    }
    return items
  }

  return {
    async get(key) {
      const { Item } = await withOperatorErrors(
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
      // DynamoDB refuses an empty prefix.
      const input = {
        TableName,
        ConsistentRead: true,
        ...(sortKeyPrefix === undefined ? all : some),
      }
      return withOperatorErrors(name, gather(paginateQuery({ client }, input)))
    },
    put: (item, condition) =>
      conditionPassed(
        withOperatorErrors(
          name,
          client.send(new PutItemCommand({ TableName, Item: { ...item }, ...condition })),
        ),
      ),
    remove: (key, condition) =>
      conditionPassed(
        withOperatorErrors(
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

async function conditionPassed(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** Turns the SDK's errors into one line for the operator. */
async function withOperatorErrors<Output>(table: string, call: Promise<Output>): Promise<Output> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ConditionalCheckFailedException) throw error
    const what = `the table ${table}: ${error.name}: ${error.message || 'no response'}`.replace(
      /\s+/g,
      ' ',
    )
    if (isTemporary(error)) throw new TenantError(`${what}; try again later`, EXIT.unavailable)
    throw new UsageError(what)
  }
}

/** The SDK would repeat the call, DynamoDB failed, or the network failed (Node sets `code`). */
function isTemporary(error: Error): boolean {
  if ('$retryable' in error && error.$retryable !== undefined) return true
  return error instanceof DynamoDBServiceException ? error.$fault === 'server' : 'code' in error
}
