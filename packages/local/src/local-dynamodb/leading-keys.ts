/** The values of the condition key `dynamodb:LeadingKeys`: which partitions a request is about. */
import type {
  AttributeValue,
  CheckedParameters,
  Item,
  KeysAndAttributes,
  TableDescription,
  WriteRequest,
} from 'dynalite/db/index.js'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'

/**
 * Of every item that is read or written, the partition key as a text: a string as it is, a number
 * in dynalite's canonical form (`1` for `1.0` and `1e0`), binary data in base64. Of an index, it is
 * the partition key of the index.
 *
 * @param table undefined: there is no such table
 * @returns undefined: the request does not say it, such as with a key of another name
 */
export function leadingKeys(
  parameters: Pick<CheckedParameters, 'IndexName' | 'KeyConditions'> & { items: readonly Item[] },
  table: TableDescription | undefined,
): readonly string[] | undefined {
  const name = partitionKeyName(table, parameters.IndexName)
  if (name === undefined) return undefined
  const values = parameters.KeyConditions
    ? [queriedValue(parameters.KeyConditions, name)]
    : parameters.items.map((item) => keyText(ownValue(item, name)))
  const known = values.flatMap((value) => value ?? [])
  return known.length === values.length && known.length > 0 ? [...new Set(known)] : undefined
}

function partitionKeyName(
  table: TableDescription | undefined,
  indexName: string | undefined,
): string | undefined {
  if (indexName === undefined) return table?.KeySchema[0]?.AttributeName
  const indexes = [table?.GlobalSecondaryIndexes ?? [], table?.LocalSecondaryIndexes ?? []].flat()
  return indexes.find(({ IndexName }) => IndexName === indexName)?.KeySchema[0]?.AttributeName
}

/** A Query reads one partition, the one whose key equals a value. */
function queriedValue(
  conditions: NonNullable<CheckedParameters['KeyConditions']>,
  name: string,
): string | undefined {
  const condition = ownValue(conditions, name)
  const [value, ...others] = condition?.AttributeValueList ?? []
  return condition?.ComparisonOperator === 'EQ' && others.length === 0 ? keyText(value) : undefined
}

function keyText(value: AttributeValue | undefined): string | undefined {
  const text = value?.S ?? value?.N ?? value?.B
  return typeof text === 'string' ? text : undefined
}

function ownValue<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** The items, or their keys, that a request names in one table. */
export function namedItems({ Key, Item }: CheckedParameters): readonly Item[] {
  return [Key, Item].filter((item) => item !== undefined)
}

/** The same of one table of a batch. */
export function namedItemsOfBatch(
  requests: KeysAndAttributes | readonly WriteRequest[],
): readonly Item[] {
  return isWrites(requests) ? requests.map(writtenItem) : requests.Keys
}

function writtenItem({ PutRequest, DeleteRequest }: WriteRequest): Item {
  const item = PutRequest?.Item ?? DeleteRequest?.Key
  // dynalite would do the first one and leave the other out.
  if (item === undefined || (PutRequest !== undefined && DeleteRequest !== undefined))
    throw new AwsRefusal(
      400,
      'ValidationException',
      'Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest',
    )
  return item
}

export function isWrites(
  requests: KeysAndAttributes | readonly WriteRequest[],
): requests is readonly WriteRequest[] {
  return Array.isArray(requests)
}
