/** Which partitions a session may use, with the unmodified SDK: dynamodb:LeadingKeys. */
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type DynamodbLab,
  dynamodbOutcome,
  OWN_ROWS,
  SCORES_ARN,
  startDynamodbLab,
} from '../fixtures/local-dynamodb.ts'

const DENIED = 'AccessDeniedException'

let lab: DynamodbLab
afterAll(() => lab.close())
beforeAll(async () => {
  lab = await startDynamodbLab()
})
beforeEach(async () => {
  const { Items = [] } = await lab.owner.send(new ScanCommand({ TableName: 'scores' }))
  for (const { player, round } of Items)
    await lab.owner.send(
      new DeleteItemCommand({
        TableName: 'scores',
        Key: { player: player ?? { S: '' }, round: round ?? { S: '' } },
      }),
    )
  for (const player of ['alice', 'bob'])
    await lab.owner.send(
      new PutItemCommand({
        TableName: 'scores',
        Item: {
          player: { S: player },
          round: { S: 'r1' },
          board: { S: 'all' },
          score: { N: '10' },
          secret: { S: `secret of ${player}` },
        },
      }),
    )
})
const keyOf = (player: string) => ({ player: { S: player }, round: { S: 'r1' } })

describe('one item', () => {
  test.each([
    [
      'GetItem',
      (player: string) => new GetItemCommand({ TableName: 'scores', Key: keyOf(player) }),
    ],
    [
      'PutItem',
      (player: string) =>
        new PutItemCommand({ TableName: 'scores', Item: { ...keyOf(player), round: { S: 'r9' } } }),
    ],
    [
      'UpdateItem',
      (player: string) =>
        new UpdateItemCommand({
          TableName: 'scores',
          Key: keyOf(player),
          UpdateExpression: 'SET score = :s',
          ExpressionAttributeValues: { ':s': { N: '11' } },
        }),
    ],
    [
      'DeleteItem',
      (player: string) =>
        new DeleteItemCommand({
          TableName: 'scores',
          Key: { player: { S: player }, round: { S: 'none' } },
        }),
    ],
  ])('%s', async (_, command) => {
    const client = lab.as(OWN_ROWS)
    // The types of the commands differ, and each of them is sent.
    const outcomes = []
    for (const player of ['alice', 'bob', 'alice ', 'Alice', 'al*ce'])
      outcomes.push(await dynamodbOutcome(client.send(Object(command(player)))))
    expect(outcomes).toEqual(['ok', DENIED, DENIED, DENIED, DENIED])
    // ForAllValues is true of an empty text, as at AWS, and a key cannot be empty.
    expect(await dynamodbOutcome(client.send(Object(command(''))))).toBe('ValidationException')
  })

  test('whose key has another name or another type is denied', async () => {
    const client = lab.as(OWN_ROWS)
    const keys = [
      { Player: { S: 'alice' }, round: { S: 'r1' } },
      { player: { N: '1' }, round: { S: 'r1' } },
      { player: { BOOL: true }, round: { S: 'r1' } },
      { player: { L: [{ S: 'alice' }] }, round: { S: 'r1' } },
    ]
    for (const Key of keys)
      expect(
        await dynamodbOutcome(client.send(new GetItemCommand({ TableName: 'scores', Key }))),
      ).toBe(DENIED)
    expect(
      await dynamodbOutcome(
        lab.owner.send(
          new GetItemCommand({ TableName: 'scores', Key: { Player: { S: 'alice' } } }),
        ),
      ),
    ).toBe('ValidationException')
  })

  test('of a table that does not exist is denied, and not found for the owner', async () => {
    const command = () => new GetItemCommand({ TableName: 'nothing', Key: keyOf('alice') })
    const anyTable = { ...OWN_ROWS, Resource: '*' }
    expect(await dynamodbOutcome(lab.as(anyTable).send(command()))).toBe(DENIED)
    expect(await dynamodbOutcome(lab.owner.send(command()))).toBe('ResourceNotFoundException')
  })
})

describe('a Query', () => {
  const query = (KeyConditionExpression: string, values: Record<string, string>, names = {}) =>
    new QueryCommand({
      TableName: 'scores',
      KeyConditionExpression,
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(values).map(([name, S]) => [name, { S }]),
      ),
      ...(Object.keys(names).length ? { ExpressionAttributeNames: names } : {}),
    })

  test('is allowed for the own partition, in every spelling of the condition', async () => {
    const client = lab.as(OWN_ROWS)
    const results = await Promise.all([
      client.send(query('player = :p', { ':p': 'alice' })),
      client.send(query(':p = #k', { ':p': 'alice' }, { '#k': 'player' })),
      client.send(query('begins_with(round, :r) and (player = :p)', { ':p': 'alice', ':r': 'r' })),
      client.send(
        query('round between :a and :b AND player=:p', { ':p': 'alice', ':a': 'a', ':b': 'z' }),
      ),
      client.send(
        new QueryCommand({
          TableName: 'scores',
          KeyConditions: {
            player: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'alice' }] },
          },
        }),
      ),
    ])
    for (const { Items } of results)
      expect(Items?.map(({ player }) => player?.S)).toEqual(['alice'])
  })

  test('of another partition is denied, whatever aliases and values it has', async () => {
    const client = lab.as(OWN_ROWS)
    const commands = [
      query('player = :p', { ':p': 'bob' }),
      query('#k = :alice', { ':alice': 'bob' }, { '#k': 'player' }),
      // The alias of a key that is allowed is the name of another attribute.
      query('#player = :a and player = :b', { ':a': 'alice', ':b': 'bob' }, { '#player': 'round' }),
      query('round = :a and player = :b', { ':a': 'alice', ':b': 'bob' }),
      new QueryCommand({
        TableName: 'scores',
        KeyConditions: {
          player: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'bob' }] },
          round: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'alice' }] },
        },
      }),
      // No single partition.
      query('player > :p', { ':p': 'alice' }),
      query('round = :p', { ':p': 'alice' }),
      query('begins_with(player, :p)', { ':p': 'alice' }),
      new QueryCommand({
        TableName: 'scores',
        KeyConditions: {
          player: {
            ComparisonOperator: 'BETWEEN',
            AttributeValueList: [{ S: 'alice' }, { S: 'bob' }],
          },
        },
      }),
    ]
    for (const command of commands) expect(await dynamodbOutcome(client.send(command))).toBe(DENIED)
  })

  test('with a value that is not used, or two conditions on the key, is not valid', async () => {
    const client = lab.as(OWN_ROWS)
    const commands = [
      query('player = :p', { ':p': 'bob', ':unused': 'alice' }),
      query('player = :p', { ':p': 'bob' }, { '#unused': 'player' }),
      query('player = :p and player = :q', { ':p': 'alice', ':q': 'bob' }),
      query('player = :p or player = :q', { ':p': 'alice', ':q': 'bob' }),
      query('NOT player = :p', { ':p': 'bob' }),
      query('player <> :p', { ':p': 'bob' }),
    ]
    for (const command of commands)
      expect(await dynamodbOutcome(client.send(command))).toBe('ValidationException')
  })

  test('of an index is about the partition key of the index', async () => {
    const index = `${SCORES_ARN}/index/by-score`
    const client = lab.as({
      ...OWN_ROWS,
      Resource: index,
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'all' } },
    })
    const ofIndex = (board: string) =>
      new QueryCommand({
        TableName: 'scores',
        IndexName: 'by-score',
        KeyConditionExpression: 'board = :b',
        ExpressionAttributeValues: { ':b': { S: board } },
        Limit: 1,
      })
    expect((await client.send(ofIndex('all'))).Count).toBe(1)
    expect(await dynamodbOutcome(client.send(ofIndex('other')))).toBe(DENIED)
    // The table itself is another resource, and so is the index for a session of the table.
    expect(await dynamodbOutcome(client.send(query('player = :p', { ':p': 'all' })))).toBe(DENIED)
    expect(await dynamodbOutcome(lab.as(OWN_ROWS).send(ofIndex('alice')))).toBe(DENIED)
    const noIndex = new QueryCommand({
      TableName: 'scores',
      IndexName: 'no-index',
      KeyConditionExpression: 'board = :b',
      ExpressionAttributeValues: { ':b': { S: 'all' } },
    })
    const anyIndex = { ...OWN_ROWS, Resource: `${SCORES_ARN}/index/*` }
    expect(await dynamodbOutcome(lab.as(anyIndex).send(noIndex))).toBe(DENIED)
  })

  test('of an index can be continued after the row of another player', async () => {
    const client = lab.as({ Effect: 'Allow', Action: 'dynamodb:Query', Resource: '*' })
    const page = {
      TableName: 'scores',
      IndexName: 'by-score',
      KeyConditionExpression: 'board = :b',
      ExpressionAttributeValues: { ':b': { S: 'all' } },
      Limit: 1,
    }
    const first = await client.send(new QueryCommand(page))
    const second = await client.send(
      new QueryCommand({ ...page, ExclusiveStartKey: first.LastEvaluatedKey }),
    )
    const players = [first, second].map(({ Items }) => Items?.[0]?.player?.S)
    expect(players.toSorted()).toEqual(['alice', 'bob'])
  })

  test('cannot be moved to another partition by its start key', async () => {
    const client = lab.as(OWN_ROWS)
    const command = new QueryCommand({
      TableName: 'scores',
      KeyConditionExpression: 'player = :p',
      ExpressionAttributeValues: { ':p': { S: 'alice' } },
      ExclusiveStartKey: { player: { S: 'bob' }, round: { S: 'a' } },
    })
    expect(await dynamodbOutcome(client.send(command))).toBe('ValidationException')
  })
})

describe('a Scan', () => {
  const scan = () => new ScanCommand({ TableName: 'scores' })

  test('has no leading keys: ForAllValues alone allows it, as at AWS', async () => {
    const { Items } = await lab.as(OWN_ROWS).send(scan())
    expect(Items?.map(({ player }) => player?.S).toSorted()).toEqual(['alice', 'bob'])
  })

  test('is denied where the key must be present', async () => {
    const withNull = {
      ...OWN_ROWS,
      Condition: { ...OWN_ROWS.Condition, Null: { 'dynamodb:LeadingKeys': 'false' } },
    }
    const forAny = {
      ...OWN_ROWS,
      Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': 'alice' } },
    }
    expect(await dynamodbOutcome(lab.as(withNull).send(scan()))).toBe(DENIED)
    expect(await dynamodbOutcome(lab.as(forAny).send(scan()))).toBe(DENIED)
  })

  test('is denied where the action is not allowed, of the table and of the index', async () => {
    const client = lab.as({ ...OWN_ROWS, Action: ['dynamodb:Query', 'dynamodb:GetItem'] })
    expect(await dynamodbOutcome(client.send(scan()))).toBe(DENIED)
    const ofIndex = new ScanCommand({ TableName: 'scores', IndexName: 'by-score' })
    expect(await dynamodbOutcome(lab.as(OWN_ROWS).send(ofIndex))).toBe(DENIED)
  })
})
