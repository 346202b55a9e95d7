/** Batches, and partition keys that are not strings: dynamodb:LeadingKeys. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type DynamodbLab,
  dynamodbOutcome,
  OWN_ROWS,
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

describe('a batch', () => {
  test('with the keys of one partition is allowed, and denied with one foreign key', async () => {
    const client = lab.as(OWN_ROWS)
    const get = (...players: string[]) =>
      new BatchGetItemCommand({ RequestItems: { scores: { Keys: players.map(keyOf) } } })
    const { Responses } = await client.send(get('alice'))
    expect(Responses?.scores?.map(({ player }) => player?.S)).toEqual(['alice'])
    expect(await dynamodbOutcome(client.send(get('alice', 'bob')))).toBe(DENIED)
  })

  test('of writes is denied with one foreign put or delete, and nothing is written', async () => {
    const client = lab.as(OWN_ROWS)
    const put = (player: string, round: string) => ({
      PutRequest: { Item: { player: { S: player }, round: { S: round } } },
    })
    const remove = (player: string) => ({ DeleteRequest: { Key: keyOf(player) } })
    const write = (...scores: object[]) =>
      dynamodbOutcome(client.send(new BatchWriteItemCommand({ RequestItems: { scores } })))
    expect(await write(put('alice', 'r2'), put('bob', 'r2'))).toBe(DENIED)
    expect(await write(put('alice', 'r2'), remove('bob'))).toBe(DENIED)
    const { Items } = await lab.owner.send(new ScanCommand({ TableName: 'scores' }))
    expect(Items?.map(({ round }) => round?.S)).toEqual(['r1', 'r1'])
    expect(await write(put('alice', 'r2'))).toBe('ok')
    expect(await write({ DeleteRequest: { Key: { ...keyOf('alice'), round: { S: 'r2' } } } })).toBe(
      'ok',
    )
  })

  test('needs permission for every table', async () => {
    const client = lab.as(OWN_ROWS)
    const command = new BatchGetItemCommand({
      RequestItems: {
        scores: { Keys: [keyOf('alice')] },
        'by-N-key': { Keys: [{ id: { N: '1' } }] },
      },
    })
    expect(await dynamodbOutcome(client.send(command))).toBe(DENIED)
  })

  test('of writes has one request per element', async () => {
    const client = lab.as({ Effect: 'Allow', Action: '*', Resource: '*' })
    const element = {
      PutRequest: { Item: keyOf('alice') },
      DeleteRequest: { Key: keyOf('bob') },
    }
    const command = new BatchWriteItemCommand({ RequestItems: { scores: [element] } })
    expect(await dynamodbOutcome(client.send(command))).toBe('ValidationException')
  })
})

describe('a key that is not a string', () => {
  const numbers = (value: string) => ({
    Effect: 'Allow' as const,
    Action: 'dynamodb:*',
    Resource: '*',
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': value } },
  })

  test('is compared in its canonical form if it is a number', async () => {
    const client = lab.as(numbers('1'))
    const get = (N: string) =>
      dynamodbOutcome(
        client.send(new GetItemCommand({ TableName: 'by-N-key', Key: { id: { N } } })),
      )
    for (const spelling of ['1', '1.0', '1e0', '+1', '001', '10e-1', '0.1E1'])
      expect(`${spelling} ${await get(spelling)}`).toBe(
        // Where dynalite does not know a spelling, the request is refused and never allowed.
        `${spelling} ${/^[+]/.test(spelling) ? 'ValidationException' : 'ok'}`,
      )
    for (const other of ['-1', '2', '1.1', '1e1', '10'])
      expect(`${other} ${await get(other)}`).toBe(`${other} ${DENIED}`)
  })

  test('does not match a policy with another spelling of the number', async () => {
    const client = lab.as(numbers('1.0'))
    const command = new GetItemCommand({ TableName: 'by-N-key', Key: { id: { N: '1.0' } } })
    expect(await dynamodbOutcome(client.send(command))).toBe(DENIED)
  })

  test('is compared in base64 if it is binary', async () => {
    const client = lab.as(numbers(Buffer.from('alice').toString('base64')))
    const get = (text: string) =>
      dynamodbOutcome(
        client.send(
          new GetItemCommand({ TableName: 'by-B-key', Key: { id: { B: Buffer.from(text) } } }),
        ),
      )
    expect(await get('alice')).toBe('ok')
    expect(await get('bob')).toBe(DENIED)
    const byText = lab.as(numbers('alice'))
    const command = new GetItemCommand({
      TableName: 'by-B-key',
      Key: { id: { B: Buffer.from('alice') } },
    })
    expect(await dynamodbOutcome(byText.send(command))).toBe(DENIED)
  })

  test('is compared by code units if it has characters outside ASCII', async () => {
    const client = lab.as(numbers('zoe\u0308'))
    const get = (S: string) =>
      dynamodbOutcome(
        client.send(
          new GetItemCommand({ TableName: 'scores', Key: { player: { S }, round: { S: 'r' } } }),
        ),
      )
    expect(await get('zoe\u0308')).toBe('ok')
    expect(await get('zo\u00eb')).toBe(DENIED)
    expect(await get('zoe')).toBe(DENIED)
  })
})
