/** Tables of the local DynamoDB: who may use them, and what is kept between runs. */
import { execFileSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  TagResourceCommand,
  UpdateItemCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import {
  type DynamodbLab,
  dynamodbOutcome,
  SCORES_ARN,
  startDynamodbLab,
} from '../fixtures/local-dynamodb.ts'

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

describe('tables', () => {
  const describeTable = async (client: DynamoDBClient) =>
    (await client.send(new DescribeTableCommand({ TableName: 'scores' }))).Table

  test('have ARNs in the account and the region of the caller', async () => {
    const client = lab.as({ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' })
    const table = await describeTable(client)
    expect(table?.TableArn).toBe(SCORES_ARN)
    expect(table?.GlobalSecondaryIndexes?.map(({ IndexArn }) => IndexArn)).toEqual([
      `${SCORES_ARN}/index/by-score`,
    ])
    expect((await describeTable(lab.owner))?.TableArn).toBe(
      'arn:aws:dynamodb:eu-central-1:000000000000:table/scores',
    )
  })

  test('are listed with permission for all of them only', async () => {
    const list = (Resource: string) =>
      dynamodbOutcome(
        lab
          .as({ Effect: 'Allow', Action: 'dynamodb:ListTables', Resource })
          .send(new ListTablesCommand({})),
      )
    expect(await list('*')).toBe('ok')
    expect(await list(SCORES_ARN)).toBe('AccessDeniedException')
  })

  test('are described, changed and deleted with permission for each of them', async () => {
    const client = lab.as({
      Effect: 'Allow',
      Action: 'dynamodb:*',
      Resource: SCORES_ARN.replace('scores', 'own-*'),
    })
    const create = (TableName: string) =>
      dynamodbOutcome(
        client.send(
          new CreateTableCommand({
            TableName,
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            BillingMode: 'PAY_PER_REQUEST',
          }),
        ),
      )
    expect(await create('own-table')).toBe('ok')
    expect(await create('own-table')).toBe('ResourceInUseException')
    expect(await create('other-table')).toBe('AccessDeniedException')
    // The table can be used at once.
    const put = new PutItemCommand({ TableName: 'own-table', Item: { id: { S: '1' } } })
    expect(await dynamodbOutcome(client.send(put))).toBe('ok')
    for (const [TableName, outcome] of [
      ['own-table', 'ok'],
      ['scores', 'AccessDeniedException'],
    ] as const) {
      const calls = [
        () => client.send(new DescribeTableCommand({ TableName })),
        () => client.send(new DescribeTimeToLiveCommand({ TableName })),
        () => client.send(new DeleteTableCommand({ TableName })),
      ]
      for (const call of calls) expect(await dynamodbOutcome(call())).toBe(outcome)
    }
    await waitUntilTableNotExists(
      { client, maxWaitTime: 5, minDelay: 1 },
      { TableName: 'own-table' },
    )
  })

  test('have tags, by the ARN of a table of the caller', async () => {
    const client = lab.as({
      Effect: 'Allow',
      Action: ['dynamodb:TagResource', 'dynamodb:ListTagsOfResource'],
      Resource: '*',
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'stage' } },
    })
    const tag = (ResourceArn: string, Key: string) =>
      dynamodbOutcome(
        client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key, Value: 'dev' }] })),
      )
    expect(await tag(SCORES_ARN, 'stage')).toBe('ok')
    expect(await tag(SCORES_ARN, 'owner')).toBe('AccessDeniedException')
    for (const other of [
      SCORES_ARN.replace('111122223333', '444455556666'),
      SCORES_ARN.replace('eu-central-1', 'us-east-1'),
    ])
      expect(await tag(other, 'stage')).toBe('ResourceNotFoundException')
    const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: SCORES_ARN }))
    expect(Tags).toEqual([{ Key: 'stage', Value: 'dev' }])
  })

  test('have optimistic versions by conditional writes', async () => {
    const write = (version: number) =>
      dynamodbOutcome(
        lab.owner.send(
          new UpdateItemCommand({
            TableName: 'scores',
            Key: { ...KEY, round: { S: 'versions' } },
            UpdateExpression: 'SET version = :next',
            ConditionExpression: 'attribute_not_exists(version) OR version = :now',
            ExpressionAttributeValues: {
              ':now': { N: String(version) },
              ':next': { N: String(version + 1) },
            },
          }),
        ),
      )
    expect(await Promise.all([write(1), write(1), write(1)])).toEqual([
      'ok',
      'ConditionalCheckFailedException',
      'ConditionalCheckFailedException',
    ])
    expect(await write(2)).toBe('ok')
  })
})

test('dynalite is loaded with the first request, and not with the server', () => {
  const folder = new URL('../../packages/local/src/local-dynamodb/', import.meta.url)
  const script = `
    import { createRequire } from 'node:module'
    const { cache } = createRequire(${JSON.stringify(import.meta.filename)})
    const count = () => Object.keys(cache).filter((file) => file.includes('dynalite')).length
    await import(${JSON.stringify(new URL('dynamodb-server.ts', folder).href)})
    console.log(count())
    await import(${JSON.stringify(new URL('dynalite-store.ts', folder).href)})
    console.log(count() > 0)`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  expect(output).toBe('0\ntrue\n')
})

describe('a folder', () => {
  test('keeps tables, items and indexes between runs', async () => {
    const dataDir = await makeTemporaryFolder()
    const first = await startDynamodbLab({ dataDir })
    // Nothing is opened before the first request.
    expect(await readdir(dataDir)).toEqual([])
    const Item = { ...KEY, board: { S: 'all' }, score: { N: '7' } }
    await first.owner.send(new PutItemCommand({ TableName: 'scores', Item }))
    await first.close()
    expect(await readdir(dataDir)).toEqual(['dynamodb'])

    const second = await startDynamodbLab({ dataDir })
    const { Items } = await second.owner.send(
      new QueryCommand({
        TableName: 'scores',
        IndexName: 'by-score',
        KeyConditionExpression: 'board = :b AND score > :s',
        ExpressionAttributeValues: { ':b': { S: 'all' }, ':s': { N: '5' } },
      }),
    )
    expect(Items).toEqual([Item])
    const denied = second
      .as({ Effect: 'Allow', Action: 'dynamodb:Query', Resource: '*' })
      .send(new GetItemCommand({ TableName: 'scores', Key: KEY }))
    expect(await dynamodbOutcome(denied)).toBe('AccessDeniedException')
    await second.close()
  })

  test('that cannot be used is an error of the request, and not of the start', async () => {
    const dataDir = await makeTemporaryFolder()
    const first = await startDynamodbLab({ dataDir })
    await first.owner.send(new ListTablesCommand({}))
    const second = await startDynamodbLab({ dataDir })
    expect(await refusal(second.owner.send(new ListTablesCommand({})))).toContain(
      'InternalServerError',
    )
    expect(second.log.join()).toContain('500 InternalServerError')
    await first.close()
    expect(await refusal(second.owner.send(new ListTablesCommand({})))).toBe('ok')
    await second.close()
    const file = await startDynamodbLab({ dataDir: import.meta.filename })
    expect(await refusal(file.owner.send(new ListTablesCommand({})))).toContain(
      'InternalServerError',
    )
    await file.close()
  })
})
