/** What a session needs for an operation: actions and resources, with the condition keys. */
import type { CheckedParameters, TableDescription } from 'dynalite/db/index.js'
import type { ServiceRequest } from '../local-aws/authorize-session.ts'
import type { OperationName } from './dynamodb-operations.ts'
import { isWrites, leadingKeys, namedItems, namedItemsOfBatch } from './leading-keys.ts'
import {
  effectiveSelect,
  requestedAttributes,
  requestedAttributesOfKeys,
} from './requested-attributes.ts'
import { type AccountPlace, tableArn, tableNameOfArn } from './table-arn.ts'

export interface TableLookup {
  /** @returns undefined: there is no such table */
  describeTable(name: string): Promise<TableDescription | undefined>
}

/** Absent from requests of all other operations. */
type KeysOfRequest = Readonly<Record<string, readonly string[] | undefined>>

/**
 * One request per table. All of them must be allowed.
 *
 * @param parameters checked; the values that are read here are those that the operation uses
 * @throws {AwsRefusal} for parameters that contradict each other
 */
export async function accessRequests(
  operation: OperationName,
  parameters: CheckedParameters,
  place: AccountPlace,
  tables: TableLookup,
): Promise<readonly ServiceRequest[]> {
  const action = `dynamodb:${operation}`
  const { TableName, IndexName, ResourceArn, RequestItems } = parameters
  if (RequestItems !== undefined) {
    const requests = Object.entries(RequestItems).map(async ([name, requested]) => {
      const table = await tables.describeTable(name)
      const items = namedItemsOfBatch(requested)
      const context = contextOf({
        'dynamodb:leadingkeys': leadingKeys({ items }, table),
        'dynamodb:returnconsumedcapacity': [parameters.ReturnConsumedCapacity ?? 'NONE'],
        ...(isWrites(requested)
          ? { 'dynamodb:attributes': requestedAttributes({}, items) }
          : {
              'dynamodb:attributes': requestedAttributesOfKeys(requested),
              'dynamodb:select': [effectiveSelect(requested)],
            }),
      })
      return { action, resource: tableArn(place, name), context }
    })
    return Promise.all(requests)
  }
  if (ResourceArn !== undefined) {
    const resource = tableArn(place, tableNameOfArn(place, ResourceArn))
    return [{ action, resource, context: contextOf(tagKeys(parameters)) }]
  }
  if (TableName === undefined) return [{ action, resource: '*', context: contextOf({}) }]
  const arn = tableArn(place, TableName)
  const keys = await itemKeys(operation, parameters, TableName, tables)
  const resource = IndexName === undefined ? arn : `${arn}/index/${IndexName}`
  return [{ action, resource, context: contextOf(keys) }]
}

/** @see Service Authorization Reference, "Actions defined by Amazon DynamoDB" */
async function itemKeys(
  operation: OperationName,
  parameters: CheckedParameters,
  tableName: string,
  tables: TableLookup,
): Promise<KeysOfRequest> {
  const items = namedItems(parameters)
  const shared = () => ({
    'dynamodb:attributes': requestedAttributes(parameters, items),
    'dynamodb:returnconsumedcapacity': [parameters.ReturnConsumedCapacity ?? 'NONE'],
  })
  const keysOfItems = async () => ({
    'dynamodb:leadingkeys': leadingKeys(
      { ...parameters, items },
      await tables.describeTable(tableName),
    ),
  })
  switch (operation) {
    case 'GetItem':
    case 'Query':
      return {
        ...shared(),
        'dynamodb:select': [effectiveSelect(parameters)],
        ...(await keysOfItems()),
      }
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return {
        ...shared(),
        'dynamodb:returnvalues': [parameters.ReturnValues ?? 'NONE'],
        ...(await keysOfItems()),
      }
    case 'Scan':
      // It reads all partitions, and AWS gives it no LeadingKeys: ForAllValues alone allows it.
      return { ...shared(), 'dynamodb:select': [effectiveSelect(parameters)] }
    default:
      return {}
  }
}

function tagKeys({ Tags, TagKeys }: CheckedParameters): KeysOfRequest {
  const tags = (Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''] as const)
  return {
    'aws:tagkeys': [...tags.map(([key]) => key), ...(TagKeys ?? [])],
    ...Object.fromEntries(
      tags.map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, [value]]),
    ),
  }
}

/** Keys that a request of another operation has, that of a transaction, and that of a test. */
const KEYS = [
  ...['dynamodb:attributes', 'dynamodb:leadingkeys', 'dynamodb:select', 'dynamodb:returnvalues'],
  ...['dynamodb:returnconsumedcapacity', 'dynamodb:enclosingoperation', 'dynamodb:fulltablescan'],
  ...['dynamodb:fisactionid', 'dynamodb:fistargetarns'],
]

/** A key with the value undefined has no entry: a condition that names it cannot be decided. */
function contextOf(keys: KeysOfRequest): ReadonlyMap<string, readonly string[]> {
  const absent = Object.fromEntries(KEYS.map((key) => [key, []]))
  return new Map(
    Object.entries<readonly string[] | undefined>({ ...absent, ...keys }).flatMap(
      ([key, values]) => (values === undefined ? [] : [[key, values] as const]),
    ),
  )
}
