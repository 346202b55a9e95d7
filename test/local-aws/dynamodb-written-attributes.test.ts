/** Which attributes a session may write, and other condition keys of writes. */
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type DynamodbLab,
  dynamodbOutcome,
  SCORES_ARN,
  SOME_ATTRIBUTES,
  startDynamodbLab,
} from '../fixtures/local-dynamodb.ts'

const DENIED = 'AccessDeniedException'

let lab: DynamodbLab
let client: DynamoDBClient
beforeAll(async () => {
  lab = await startDynamodbLab()
  client = lab.as(SOME_ATTRIBUTES)
})
afterAll(() => lab.close())
beforeEach(async () => {
  await lab.owner.send(
    new PutItemCommand({
      TableName: 'scores',
      Item: {
        ...KEY,
        board: { S: 'all' },
        score: { N: '10' },
        name: { M: { given: { S: 'Al' }, all: { L: [{ S: 'Al' }, { S: 'Ice' }] } } },
        secret: { S: 'hidden' },
      },
    }),
  )
})

const KEY = { player: { S: 'alice' }, round: { S: 'r1' } }
const update = (input: Partial<UpdateItemCommandInput>) =>
  dynamodbOutcome(client.send(new UpdateItemCommand({ TableName: 'scores', Key: KEY, ...input })))

describe('UpdateItem', () => {
  const value = { ExpressionAttributeValues: { ':v': { N: '1' } } }

  test('changes attributes that are allowed', async () => {
    expect(await update({ UpdateExpression: 'SET score = score + :v', ...value })).toBe('ok')
    expect(await update({ UpdateExpression: 'ADD score :v', ...value })).toBe('ok')
    expect(await update({ UpdateExpression: 'REMOVE #n.given', ...NAME })).toBe('ok')
    expect(await update({ AttributeUpdates: { score: { Value: { N: '1' } } } })).toBe('ok')
    expect(await update({ UpdateExpression: 'REMOVE #n', ...NAME })).toBe('ok')
  })

  const NAME = { ExpressionAttributeNames: { '#n': 'name' } }

  test.each([
    'SET secret = :v',
    'SET score = :v, secret = :v',
    'SET score = :v REMOVE secret',
    'REMOVE secret ADD score :v',
    'ADD secret :v',
    'SET secret.score = :v',
    'SET secret[0] = :v',
    'SET board = secret, score = :v',
    'SET score = if_not_exists(score, secret), board = :v',
    'SET score = if_not_exists(secret, :v)',
    'SET score = score + secret, board = :v',
    'SET score = :v - secret',
    'SET score = :v, board = if_not_exists(board, secret.a[0])',
    'SET score = :v, board = list_append(secret, secret)',
  ])('is denied with %s', async (UpdateExpression) => {
    expect(await update({ UpdateExpression, ...value })).toBe(DENIED)
    const { Item } = await lab.owner.send(new GetItemCommand({ TableName: 'scores', Key: KEY }))
    expect(Item?.secret).toEqual({ S: 'hidden' })
    expect(Item?.score).toEqual({ N: '10' })
  })

  test('is denied with a condition or a return value that reads other attributes', async () => {
    const set = { UpdateExpression: 'SET score = :v', ...value }
    expect(await update({ ...set, ConditionExpression: 'attribute_exists(secret)' })).toBe(DENIED)
    expect(await update({ ...set, ConditionExpression: 'attribute_exists(score)' })).toBe('ok')
    expect(await update({ ...set, ReturnValues: 'ALL_OLD' })).toBe(DENIED)
    expect(await update({ ...set, ReturnValues: 'ALL_NEW' })).toBe(DENIED)
    expect(await update({ ...set, ReturnValues: 'UPDATED_NEW' })).toBe('ok')
    const legacy = {
      AttributeUpdates: { score: { Value: { N: '1' } } },
      Expected: { secret: { Exists: false } },
    }
    expect(await update(legacy)).toBe(DENIED)
    expect(await update({ AttributeUpdates: { secret: { Action: 'DELETE' } } })).toBe(DENIED)
  })

  test('has ReturnValues NONE if it says nothing, as the Developer Guide writes', async () => {
    const strict = lab.as({
      ...SOME_ATTRIBUTES,
      Condition: { StringEquals: { 'dynamodb:ReturnValues': ['NONE'] } },
    })
    const command = (input: object) =>
      new UpdateItemCommand({
        TableName: 'scores',
        Key: KEY,
        UpdateExpression: 'SET score = :v',
        ...value,
        ...input,
      })
    expect(await dynamodbOutcome(strict.send(command({})))).toBe('ok')
    expect(await dynamodbOutcome(strict.send(command({ ReturnValues: 'UPDATED_NEW' })))).toBe(
      DENIED,
    )
  })
})

describe('PutItem and DeleteItem', () => {
  const writer = () => lab.as({ ...SOME_ATTRIBUTES, Action: ['dynamodb:*'] })

  test('are about every attribute of the item, and those of conditions', async () => {
    const put = (item: object, input = {}) =>
      dynamodbOutcome(
        writer().send(
          new PutItemCommand({ TableName: 'scores', Item: { ...KEY, ...item }, ...input }),
        ),
      )
    expect(await put({ score: { N: '1' } })).toBe('ok')
    expect(await put({ score: { N: '1' }, secret: { S: 'x' } })).toBe(DENIED)
    expect(await put({ name: { M: { secret: { S: 'x' } } } })).toBe('ok')
    expect(await put({}, { ConditionExpression: 'attribute_not_exists(secret)' })).toBe(DENIED)
    expect(await put({}, { ConditionExpression: 'attribute_exists(round)' })).toBe('ok')
    expect(await put({}, { Expected: { secret: { Exists: false } } })).toBe(DENIED)
    expect(await put({}, { ReturnValues: 'ALL_OLD' })).toBe(DENIED)
    const remove = (input: object) =>
      dynamodbOutcome(
        writer().send(new DeleteItemCommand({ TableName: 'scores', Key: KEY, ...input })),
      )
    expect(await remove({ ReturnValues: 'ALL_OLD' })).toBe(DENIED)
    expect(await remove({ ConditionExpression: 'attribute_not_exists(secret)' })).toBe(DENIED)
    expect(await remove({})).toBe('ok')
  })

  test('in a batch are about every attribute of all items', async () => {
    const batch = (...items: object[]) =>
      dynamodbOutcome(
        writer().send(
          new BatchWriteItemCommand({
            RequestItems: {
              scores: items.map((item, index) => ({
                PutRequest: { Item: { ...KEY, round: { S: `r${index}` }, ...item } },
              })),
            },
          }),
        ),
      )
    expect(await batch({ score: { N: '1' } }, { name: { S: 'Al' } })).toBe('ok')
    expect(await batch({ score: { N: '1' } }, { secret: { S: 'Al' } })).toBe(DENIED)
  })
})

describe('other condition keys', () => {
  test('ReturnConsumedCapacity has the value NONE if it is left out', async () => {
    const strict = lab.as({
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: SCORES_ARN,
      Condition: { StringEquals: { 'dynamodb:ReturnConsumedCapacity': 'NONE' } },
    })
    const command = (input: object) =>
      new GetItemCommand({ TableName: 'scores', Key: KEY, ...input })
    expect(await dynamodbOutcome(strict.send(command({})))).toBe('ok')
    expect(await dynamodbOutcome(strict.send(command({ ReturnConsumedCapacity: 'TOTAL' })))).toBe(
      DENIED,
    )
  })

  test('EnclosingOperation and FullTableScan are absent', async () => {
    for (const key of ['dynamodb:EnclosingOperation', 'dynamodb:FullTableScan']) {
      const absent = lab.as({
        Effect: 'Allow',
        Action: 'dynamodb:*',
        Resource: '*',
        Condition: { Null: { [key]: 'true' } },
      })
      const command = new GetItemCommand({ TableName: 'scores', Key: KEY })
      expect(await dynamodbOutcome(absent.send(command))).toBe('ok')
    }
  })

  test('a key of DynamoDB that is not known here denies, in Allow and in Deny', async () => {
    const condition = {
      'ForAllValues:StringEquals': { 'dynamodb:SecondPartitionKeyValues': 'x' },
    }
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' } as const
    const command = () => new GetItemCommand({ TableName: 'scores', Key: KEY })
    const allow = lab.as({ ...everything, Condition: condition })
    expect(await dynamodbOutcome(allow.send(command()))).toBe(DENIED)
    const deny = lab.as(everything, { ...everything, Effect: 'Deny', Condition: condition })
    expect(await dynamodbOutcome(deny.send(command()))).toBe(DENIED)
  })
})
