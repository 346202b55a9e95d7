/** Which attributes a session may use: Attributes, Select, ReturnValues, with the SDK. */
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
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
const INVALID = 'ValidationException'

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
const get = (input: Partial<GetItemCommandInput>) =>
  dynamodbOutcome(client.send(new GetItemCommand({ TableName: 'scores', Key: KEY, ...input })))
const query = (input: Partial<QueryCommandInput>) =>
  dynamodbOutcome(
    client.send(
      new QueryCommand({
        TableName: 'scores',
        KeyConditionExpression: 'player = :p',
        ProjectionExpression: 'score',
        ...input,
        ExpressionAttributeValues: { ':p': { S: 'alice' }, ...input.ExpressionAttributeValues },
      }),
    ),
  )

describe('GetItem', () => {
  test('returns attributes that are allowed, and paths within them', async () => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: 'scores',
        Key: KEY,
        ProjectionExpression: 'score, #n.given, #n.#a[1]',
        ExpressionAttributeNames: { '#n': 'name', '#a': 'all' },
      }),
    )
    expect(Item).toEqual({
      score: { N: '10' },
      name: { M: { given: { S: 'Al' }, all: { L: [{ S: 'Ice' }] } } },
    })
    expect(await get({ AttributesToGet: ['score', 'name'] })).toBe('ok')
  })

  test('is denied with another attribute, whatever it is called in the request', async () => {
    expect(await get({ ProjectionExpression: 'score, secret' })).toBe(DENIED)
    expect(await get({ ProjectionExpression: 'secret.score' })).toBe(DENIED)
    expect(await get({ ProjectionExpression: 'secret[0]' })).toBe(DENIED)
    expect(
      await get({
        ProjectionExpression: '#score',
        ExpressionAttributeNames: { '#score': 'secret' },
      }),
    ).toBe(DENIED)
    expect(
      await get({
        ProjectionExpression: '#s.score',
        ExpressionAttributeNames: { '#s': 'secret' },
      }),
    ).toBe(DENIED)
    expect(await get({ AttributesToGet: ['score', 'secret'] })).toBe(DENIED)
    // An alias is a whole name: the attribute `name.given` is not a part of `name`.
    expect(
      await get({
        ProjectionExpression: '#n',
        ExpressionAttributeNames: { '#n': 'name.given' },
      }),
    ).toBe(DENIED)
  })

  test('is denied without a list, because Select is then ALL_ATTRIBUTES', async () => {
    expect(await get({})).toBe(DENIED)
  })

  test('is not valid with an alias that is not used or not defined', async () => {
    expect(
      await get({
        ProjectionExpression: 'score',
        ExpressionAttributeNames: { '#unused': 'secret' },
      }),
    ).toBe(INVALID)
    expect(await get({ ProjectionExpression: '#undefined' })).toBe(INVALID)
    expect(await get({ ProjectionExpression: '' })).toBe(INVALID)
  })

  test('in a batch is limited in the same way', async () => {
    const batch = (keys: object) =>
      dynamodbOutcome(
        client.send(
          new BatchGetItemCommand({ RequestItems: { scores: { Keys: [KEY], ...keys } } }),
        ),
      )
    expect(await batch({ ProjectionExpression: 'score' })).toBe('ok')
    expect(await batch({ AttributesToGet: ['score'] })).toBe('ok')
    expect(await batch({ ProjectionExpression: 'score, secret' })).toBe(DENIED)
    expect(await batch({ AttributesToGet: ['secret'] })).toBe(DENIED)
    expect(await batch({})).toBe(DENIED)
  })
})

describe('Query', () => {
  test('is limited in its projection, its filter and its key condition', async () => {
    expect(await query({})).toBe('ok')
    expect(await query({ ProjectionExpression: 'secret' })).toBe(DENIED)
    expect(
      await query({
        FilterExpression: 'score > :s',
        ExpressionAttributeValues: { ':s': { N: '1' } },
      }),
    ).toBe('ok')
    for (const FilterExpression of [
      'secret = :s',
      'begins_with(secret, :s)',
      'score = :s or not (size(secret) > :s)',
      'attribute_exists(secret) and score = :s',
      ':s in (:s) and contains(secret.a[0], :s)',
      'score <> secret and score = :s',
    ])
      expect(
        `${FilterExpression}: ${await query({
          FilterExpression,
          ExpressionAttributeValues: { ':s': { S: 'h' } },
        })}`,
      ).toMatch(/: (AccessDenied|Validation)Exception$/)
  })

  test('with a filter of an attribute that is not allowed is denied', async () => {
    expect(
      await query({
        FilterExpression: 'begins_with(secret, :s)',
        ExpressionAttributeValues: { ':s': { S: 'h' } },
      }),
    ).toBe(DENIED)
  })

  test('cannot get all attributes by a Select that its list contradicts', async () => {
    const withoutList = { ProjectionExpression: undefined }
    expect(await query({ ...withoutList, Select: 'SPECIFIC_ATTRIBUTES' })).toBe(INVALID)
    expect(await query({ ...withoutList, Select: 'ALL_PROJECTED_ATTRIBUTES' })).toBe(INVALID)
    expect(await query({ Select: 'ALL_ATTRIBUTES' })).toBe(INVALID)
    expect(await query({ Select: 'COUNT' })).toBe(INVALID)
    expect(await query({ ...withoutList, Select: 'ALL_ATTRIBUTES' })).toBe(DENIED)
    expect(await query({ ...withoutList, Select: 'COUNT' })).toBe(DENIED)
    expect(await query(withoutList)).toBe(DENIED)
    expect(await query({ Select: 'SPECIFIC_ATTRIBUTES' })).toBe('ok')
  })

  test('of an index has ALL_PROJECTED_ATTRIBUTES without a list', async () => {
    const ofIndex = {
      IndexName: 'by-score',
      KeyConditionExpression: 'board = :p',
      ExpressionAttributeValues: { ':p': { S: 'all' } },
    }
    expect(await query(ofIndex)).toBe('ok')
    const withoutList = { ...ofIndex, ProjectionExpression: undefined }
    expect(await query(withoutList)).toBe(DENIED)
    expect(await query({ ...withoutList, Select: 'ALL_PROJECTED_ATTRIBUTES' })).toBe(DENIED)
    const projected = lab.as({
      Effect: 'Allow',
      Action: 'dynamodb:Query',
      Resource: `${SCORES_ARN}/index/by-score`,
      Condition: { StringEquals: { 'dynamodb:Select': 'ALL_PROJECTED_ATTRIBUTES' } },
    })
    const input = { TableName: 'scores', ...withoutList }
    expect(await dynamodbOutcome(projected.send(new QueryCommand(input)))).toBe('ok')
  })

  test('with legacy parameters is limited in the same way', async () => {
    const legacy = (input: Partial<QueryCommandInput>) =>
      dynamodbOutcome(
        client.send(
          new QueryCommand({
            TableName: 'scores',
            KeyConditions: {
              player: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'alice' }] },
            },
            AttributesToGet: ['score'],
            ...input,
          }),
        ),
      )
    const filter = { ComparisonOperator: 'NOT_NULL' } as const
    expect(await legacy({})).toBe('ok')
    expect(await legacy({ QueryFilter: { name: filter } })).toBe('ok')
    expect(await legacy({ QueryFilter: { secret: filter } })).toBe(DENIED)
    expect(await legacy({ AttributesToGet: ['secret'] })).toBe(DENIED)
  })

  test('and Scan with a filter of an attribute that is not allowed are denied', async () => {
    const scan = (input: object) =>
      dynamodbOutcome(client.send(new ScanCommand({ TableName: 'scores', ...input })))
    expect(await scan({ ProjectionExpression: 'score' })).toBe('ok')
    expect(await scan({ ProjectionExpression: 'secret' })).toBe(DENIED)
    expect(await scan({})).toBe(DENIED)
    const filtered = {
      ProjectionExpression: 'score',
      FilterExpression: 'secret = :s',
      ExpressionAttributeValues: { ':s': { S: 'hidden' } },
    }
    expect(await scan(filtered)).toBe(DENIED)
    const legacy = {
      AttributesToGet: ['score'],
      ScanFilter: { secret: { ComparisonOperator: 'NOT_NULL' } },
    }
    expect(await scan(legacy)).toBe(DENIED)
  })
})
