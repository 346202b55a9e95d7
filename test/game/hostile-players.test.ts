/** What hostile players get with the sessions of the game, at the local S3 and DynamoDB. */
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  LANTERN_PEOPLE,
  LOOKOUT_PEOPLE,
  RIVERBEND_PEOPLE,
} from '../../packages/local/src/demo-providers/demo-people.ts'
import { type Attacker, type Attempt, tryAttempt } from './attempt.ts'
import { AGAINST_PLAYERS, OF_BOARD } from './hostile-attempts.ts'
import { signedAttempts } from './signed-attempts.ts'
import { BOARD_POOL, type PoolSession, type StartedGame, startGameForTest } from './started-game.ts'
import { OF_GUESTS } from './table-attempts.ts'

const DENIED = ['AccessDenied', 'AccessDeniedException', '403']
/** What is refused before anyone is asked. */
const REFUSED = ['UnknownOperationException', 'NotImplemented']
/** What no session can sign. */
const UNSIGNED = ['SignatureDoesNotMatch', 'InvalidToken', 'InvalidAccessKeyId']

let game: StartedGame
let players: Record<'user' | 'other' | 'guest' | 'otherGuest' | 'board', Attacker>
beforeAll(async () => {
  game = await startGameForTest()
  const [user, other] = [LOOKOUT_PEOPLE[0]?.id ?? '', RIVERBEND_PEOPLE[1]?.id ?? '']
  const google = { 'accounts.google.com': await game.providers.signIn('lookout', user) }
  const amazon = { 'www.amazon.com': await game.providers.signIn('riverbend', other) }
  players = {
    user: connect(await game.session(google)),
    other: connect(await game.session(amazon)),
    guest: connect(await game.session()),
    otherGuest: connect(await game.session()),
    board: connect(await game.session({}, undefined, BOARD_POOL)),
  }
  const { board: _, ...withData } = players
  for (const [name, one] of Object.entries(withData)) await store(one, name)
})

describe('a player', () => {
  it.each(['user', 'guest'] as const)('who is a %s has what is their own', async (name) => {
    const { identityId, s3, dynamodb } = players[name]
    const object = { Bucket: 'game-pictures', Key: `players/${identityId}/picture.png` }
    const { Body } = await s3.send(new GetObjectCommand(object))
    expect(await Body?.transformToString()).toBe(`picture of ${name}`)
    const { Items } = await dynamodb.send(queryOf(identityId))
    expect(Items?.map(({ name }) => name?.S)).toEqual([name])
  })

  it.each([
    ['user', 'other'],
    ['user', 'guest'],
    ['guest', 'user'],
    ['guest', 'otherGuest'],
  ] as const)('who is a %s gets nothing of the %s', async (attacker, target) => {
    await expectDenied(`${attacker} against ${target}`, AGAINST_PLAYERS, attacker, target)
    const attempts = signedAttempts(game.runtime.aws?.s3Url ?? '')
    await expectDenied(`URLs of ${attacker} against ${target}`, attempts, attacker, target)
  })

  it('who is a guest cannot get onto the leaderboard', async () => {
    await expectDenied('guest and the leaderboard', OF_GUESTS, 'guest', 'guest')
  })

  it('reads nothing with the session of the leaderboard but its names and scores', async () => {
    await expectDenied('the session of the leaderboard', OF_BOARD, 'board', 'user')
    const { Items } = await players.board.dynamodb.send(boardQuery())
    expect(Items).toEqual([
      { name: { S: 'other' }, score: { N: '20' } },
      { name: { S: 'user' }, score: { N: '10' } },
    ])
  })

  it('finds everything as it was, after all attempts', async () => {
    const { board: _, ...withData } = players
    for (const [name, { identityId, s3, dynamodb }] of Object.entries(withData)) {
      const object = { Bucket: 'game-pictures', Key: `players/${identityId}/picture.png` }
      const { Body } = await s3.send(new GetObjectCommand(object))
      expect(await Body?.transformToString()).toBe(`picture of ${name}`)
      const { Items } = await dynamodb.send(queryOf(identityId))
      expect(Items).toHaveLength(1)
      const Key = { player: { S: identityId } }
      const profile = await dynamodb.send(new GetItemCommand({ TableName: 'game-profiles', Key }))
      expect(profile.Item?.version).toEqual({ N: '1' })
    }
  })
})

describe('a guest who signs in', () => {
  it('reads what the guest had, changes none of it, and nobody else can claim it', async () => {
    const guest = connect(await game.session())
    await store(guest, 'before')
    const login = async (person: number) => ({
      'id.lantern.example': await game.providers.signIn(
        'lantern',
        LANTERN_PEOPLE[person]?.id ?? '',
      ),
    })
    const user = connect(await game.session(await login(0), guest.identityId))
    expect(user.identityId).not.toBe(guest.identityId)
    const { Items } = await user.dynamodb.send(queryOf(guest.identityId))
    expect(Items?.map(({ name }) => name?.S)).toEqual(['before'])
    const object = { Bucket: 'game-pictures', Key: `players/${guest.identityId}/picture.png` }
    await user.s3.send(new GetObjectCommand(object))
    players.user = user
    players.guest = guest
    const writes = AGAINST_PLAYERS.filter(({ name }) => /replace|update|delete|add|over/.test(name))
    expect(writes.length).toBeGreaterThan(7)
    await expectDenied('a user against the guest that they were', writes, 'user', 'guest')
    const late = connect(await game.session(await login(1), guest.identityId))
    await expect(late.dynamodb.send(queryOf(guest.identityId))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    expect((await game.session({}, guest.identityId)).identityId).not.toBe(guest.identityId)
  })
})

/** Prints what was tried, and what it got. */
async function expectDenied(
  title: string,
  attempts: readonly Attempt[],
  attacker: keyof typeof players,
  target: keyof typeof players,
): Promise<void> {
  const rows: { attempt: string; response: string }[] = []
  for (const attempt of attempts)
    rows.push({
      attempt: attempt.name,
      response: await tryAttempt(attempt, players[attacker], players[target]),
    })
  console.log(title)
  console.table(rows)
  const expected = [...DENIED, ...REFUSED, ...UNSIGNED]
  expect(rows.filter(({ response }) => !expected.includes(response))).toEqual([])
  const denied = rows.filter(({ response }) => DENIED.includes(response))
  expect(denied.length).toBeGreaterThanOrEqual(rows.length - 5)
}

function connect(session: PoolSession): Attacker {
  const { credentials } = session
  const { s3Url = '', dynamodbUrl = '' } = game.runtime.aws ?? {}
  const common = { region: 'eu-central-1', credentials, maxAttempts: 1 }
  return {
    ...session,
    s3: new S3Client({ ...common, endpoint: s3Url, forcePathStyle: true }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: dynamodbUrl }),
  }
}

/** What the page stores of a player; only users have the attribute of the leaderboard. */
async function store({ identityId, s3, dynamodb }: Attacker, name: string): Promise<void> {
  const Key = `players/${identityId}/picture.png`
  const Body = `picture of ${name}`
  await s3.send(new PutObjectCommand({ Bucket: 'game-pictures', Key, Body }))
  const player = { S: identityId }
  const profile = { player, version: { N: '1' }, name: { S: name } }
  await dynamodb.send(new PutItemCommand({ TableName: 'game-profiles', Item: profile }))
  const isUser = name === 'user' || name === 'other'
  const score = {
    ...{ player, round: { S: 'own' }, score: { N: name === 'other' ? '20' : '10' } },
    ...{ name: { S: name }, at: { N: '1' } },
    ...(isUser ? { board: { S: 'all' } } : {}),
  }
  await dynamodb.send(new PutItemCommand({ TableName: 'game-scores', Item: score }))
}

function queryOf(identityId: string): QueryCommand {
  return new QueryCommand({
    ...{ TableName: 'game-scores', KeyConditionExpression: 'player = :player' },
    ExpressionAttributeValues: { ':player': { S: identityId } },
  })
}

/** As the page reads the leaderboard. */
function boardQuery(): QueryCommand {
  return new QueryCommand({
    ...{ TableName: 'game-scores', IndexName: 'by-score', ScanIndexForward: false },
    ...{ KeyConditionExpression: 'board = :board', Select: 'SPECIFIC_ATTRIBUTES' },
    ...{ ProjectionExpression: '#name, score', ExpressionAttributeNames: { '#name': 'name' } },
    ExpressionAttributeValues: { ':board': { S: 'all' } },
  })
}
