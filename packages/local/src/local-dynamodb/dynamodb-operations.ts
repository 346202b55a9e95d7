/** The operations of DynamoDB that dynalite has, and the names of those that it does not have. */
import { AwsRefusal } from '../local-aws/aws-refusal.ts'

const OPERATIONS = [
  ...(['BatchGetItem', 'BatchWriteItem', 'CreateTable', 'DeleteItem', 'DeleteTable'] as const),
  ...(['DescribeTable', 'DescribeTimeToLive', 'GetItem', 'ListTables'] as const),
  ...(['ListTagsOfResource', 'PutItem', 'Query', 'Scan', 'TagResource'] as const),
  ...(['UntagResource', 'UpdateItem', 'UpdateTable'] as const),
]

export type OperationName = (typeof OPERATIONS)[number]

/** Features of AWS that dynalite does not have, by the operations that belong to them. */
const MISSING_FEATURES: readonly (readonly [feature: string, operations: RegExp])[] = [
  ['transactions', /^Transact(Get|Write)Items$/],
  ['PartiQL', /^(Batch)?Execute(Statement|Transaction)$/],
  ['time to live', /^UpdateTimeToLive$/],
  ['streams', /^(ListStreams|DescribeStream|GetShardIterator|GetRecords)$|KinesisStreaming/],
  ['backups', /Backup|^RestoreTable|^(Export|Import)|Exports?$|Imports?$/],
  ['global tables', /GlobalTable|ReplicaAutoScaling/],
  ['policies of tables', /ResourcePolicy$/],
]

const VERSION = 'DynamoDB_20120810'

/**
 * @param target the header `x-amz-target`
 * @throws {AwsRefusal} `UnknownOperationException`, which names the feature that is missing
 */
export function operationOfTarget(target: string): OperationName {
  const [version, name, ...rest] = target.split('.')
  const operation = OPERATIONS.find((known) => known === name)
  if (version === VERSION && rest.length === 0 && operation !== undefined) return operation
  throw new AwsRefusal(400, 'UnknownOperationException', unknownOperation(target))
}

function unknownOperation(target: string): string {
  const [, name] = /^DynamoDB(?:Streams)?_20120810\.([A-Za-z]{1,64})$/.exec(target) ?? []
  // AWS says nothing about a target that is not one of its own.
  if (name === undefined) return ''
  const feature = MISSING_FEATURES.find(([, operations]) => operations.test(name))?.[0]
  const reason = feature === undefined ? '' : `: it has no ${feature}`
  return `${name} is not supported by the local DynamoDB${reason}; use DynamoDB at AWS`
}
