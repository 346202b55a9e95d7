/** What the local DynamoDB does and what it refuses by name, and what it keeps between runs. */
import {
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DynamodbLab, startDynamodbLab } from '../fixtures/local-dynamodb.ts'

const KEY = { player: { S: 'alice' }, round: { S: 'r1' } }

let lab: DynamodbLab
beforeAll(async () => {
  lab = await startDynamodbLab()
})
afterAll(() => lab.close())

/** The message of the refusal. */
const refusal = async (call: Promise<unknown>) => {
  try {
    await call
    return 'ok'
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : ''
  }
}

describe('what dynalite would ignore is refused by name', () => {
  const put = (input: object) =>
    refusal(lab.owner.send(new PutItemCommand({ TableName: 'scores', Item: KEY, ...input })))

  test('the item of a failed condition, and metrics of collections', async () => {
    expect(await put({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).toBe(
      'ValidationException: The parameter "ReturnValuesOnConditionCheckFailure" of PutItem is ' +
        'not supported by the local DynamoDB; leave it out, or use DynamoDB at AWS',
    )
    expect(await put({ ReturnItemCollectionMetrics: 'SIZE' })).toContain('"ReturnItemCollection')
    expect(await put({ ReturnValuesOnConditionCheckFailure: 'NONE' })).toBe('ok')
    expect(await put({ ReturnItemCollectionMetrics: 'NONE' })).toBe('ok')
  })

  test('settings of tables and changes of indexes', async () => {
    const create = (input: object) =>
      refusal(
        lab.owner.send(
          new CreateTableCommand({
            TableName: 'settings',
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            BillingMode: 'PAY_PER_REQUEST',
            ...input,
          }),
        ),
      )
    for (const input of [
      { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } },
      { SSESpecification: { Enabled: true } },
      { DeletionProtectionEnabled: true },
      { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
      { Tags: [{ Key: 'a', Value: 'b' }] },
      { OnDemandThroughput: { MaxReadRequestUnits: 1 } },
    ])
      expect(await create(input)).toContain(`The parameter "${Object.keys(input)}" of CreateTable`)
    const neutral = { StreamSpecification: { StreamEnabled: false }, Tags: [] }
    expect(await create({ ...neutral, DeletionProtectionEnabled: false })).toBe('ok')
    const change = (update: object) =>
      refusal(
        lab.owner.send(
          new UpdateTableCommand({
            TableName: 'scores',
            GlobalSecondaryIndexUpdates: [update],
          }),
        ),
      )
    expect(await change({ Delete: { IndexName: 'by-score' } })).toContain('"Delete"')
    expect(
      await change({ Create: { IndexName: 'new', KeySchema: [], Projection: undefined } }),
    ).toContain('"Create"')
  })

  test('attributes with a name that every object of JavaScript has', async () => {
    const text = 'ValidationException: The name valueOf is not supported by the local DynamoDB'
    expect(await put({ Item: { ...KEY, valueOf: { S: 'x' } } })).toContain(text)
    expect(await put({ ConditionExpression: 'attribute_exists(valueOf)' })).toContain(text)
    const alias = { ExpressionAttributeNames: { '#c': 'valueOf' } }
    expect(await put({ ConditionExpression: 'attribute_not_exists(#c.x)', ...alias })).toContain(
      text,
    )
  })

  test('operations of AWS', async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Delete: { TableName: 'scores', Key: KEY } }],
    })
    expect(await refusal(lab.owner.send(transaction))).toBe(
      'UnknownOperationException: TransactWriteItems is not supported by the local DynamoDB: it ' +
        'has no transactions; use DynamoDB at AWS',
    )
    const timeToLive = new UpdateTimeToLiveCommand({
      TableName: 'scores',
      TimeToLiveSpecification: { AttributeName: 'x', Enabled: true },
    })
    expect(await refusal(lab.owner.send(timeToLive))).toContain('it has no time to live')
  })
})

describe('comparisons that would stop dynalite', () => {
  test.each([
    ['alpha BETWEEN :n AND beta', 'BETWEEN'],
    ['alpha BETWEEN beta AND :n', 'BETWEEN'],
    ['alpha BETWEEN :n AND size(beta)', 'BETWEEN'],
    ['alpha IN (:n, beta)', 'IN'],
    ['NOT (alpha = :n OR alpha IN (size(beta)))', 'IN'],
    ['begins_with(alpha, beta) OR alpha = :n', 'BEGINS_WITH'],
  ])('%s is refused by name', async (FilterExpression, operator) => {
    await lab.owner.send(
      new PutItemCommand({ TableName: 'scores', Item: { ...KEY, alpha: { N: '1' } } }),
    )
    const scan = new ScanCommand({
      TableName: 'scores',
      FilterExpression,
      ExpressionAttributeValues: { ':n': { N: '1' } },
    })
    expect(await refusal(lab.owner.send(scan))).toBe(
      `ValidationException: ${operator} with an attribute or a function after its first operand ` +
        'is not supported by the local DynamoDB; use a value',
    )
    const remove = new DeleteItemCommand({
      TableName: 'scores',
      Key: KEY,
      ConditionExpression: FilterExpression,
      ExpressionAttributeValues: { ':n': { N: '1' } },
    })
    expect(await refusal(lab.owner.send(remove))).toContain('is not supported')
  })

  test.each([
    { ComparisonOperator: 'LT', AttributeValueList: [{ N: 'one' }] },
    { ComparisonOperator: 'LT', Value: { N: 'one' } },
    { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: 'one' }, { N: 'two' }] },
    { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ N: '1' }] },
    { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ L: [] }] },
  ] as const)('the legacy condition %o is not valid', async (alpha) => {
    await lab.owner.send(
      new PutItemCommand({ TableName: 'scores', Item: { ...KEY, alpha: { N: '1' } } }),
    )
    // The array of a constant cannot be changed, and the types of the SDK require one that can.
    const Expected = { alpha: structuredClone<object>(alpha) }
    const command = new DeleteItemCommand({ TableName: 'scores', Key: KEY, Expected })
    expect(await refusal(lab.owner.send(command))).toMatch(/^(Validation|Serialization)Exception/)
  })

  test('an expression whose parentheses would occupy the parser is refused at once', async () => {
    const scan = (FilterExpression: string) =>
      refusal(
        lab.owner.send(
          new ScanCommand({
            TableName: 'scores',
            FilterExpression,
            ExpressionAttributeValues: { ':n': { N: '1' } },
          }),
        ),
      )
    const start = performance.now()
    for (const expression of [
      `${'('.repeat(6)}alpha`,
      `${'('.repeat(7)}alpha${')'.repeat(7)}`,
      `alpha = :n${')'.repeat(7)}`,
      `${'NOT ('.repeat(7)}alpha${')'.repeat(7)}`,
      `alpha = :n ${'OR alpha = :n '.repeat(400)}`,
    ])
      expect(await scan(expression)).toContain('ValidationException: Invalid FilterExpression')
    expect(performance.now() - start).toBeLessThan(2_000)
    expect(await scan('(alpha = :n) or (alpha = :n and (not (alpha = :n)))')).toBe('ok')
  })
})
