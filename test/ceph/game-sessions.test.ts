/** The sessions of the sample game at Ceph's S3, and what hostile players get there. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { localGameDocument } from '../../packages/local/src/game/game-document.ts'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type Attacker, tryAttempt } from '../game/attempt.ts'
import { FACETS_SECRET, PAGE_ORIGIN, startProvidersForTest } from '../game/demo-sign-in.ts'
import { AGAINST_OBJECTS, BUCKET, pictureOf } from '../game/object-attempts.ts'
import { poolCalls } from '../game/started-game.ts'
import type { CephEnvironment } from './ceph-environment.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { connectS3 } from './s3-actions.ts'

const DOCUMENT = path.resolve(import.meta.dirname, '../../packages/game/tenant.yaml')
const AUDIENCE = 'sts.amazonaws.com'
/** Ceph says to everybody that a key has no object, such as one with `../` in it. */
const NOTHING = ['AccessDenied', '403', 'NoSuchKey']
const SECRET = 'a-secret-of-the-game-in-the-tests-at-ceph'

describeAtCeph('the sessions of the game at Ceph', {}, (environment) => {
  let game: Awaited<ReturnType<typeof startGameAtCeph>>
  beforeAll(async () => {
    game = await startGameAtCeph(environment())
  }, 120_000)

  it.each(['user', 'other'] as const)('of %s read, replace and delete their own', async (name) => {
    const player = game.players[name]
    const object = { Bucket: BUCKET, Key: pictureOf(player) }
    expect(await read(player, player)).toBe(name)
    await player.s3.send(new DeleteObjectCommand(object))
    await player.s3.send(new PutObjectCommand({ ...object, Body: name }))
  })

  it('of a guest, and of the user that the guest became, read what the guest had', async () => {
    const { guest } = game.players
    expect(await read(guest, guest)).toBe('guest')
    const after = await game.signIn(await game.login('lantern', 'u-7f3k2m'), game.guestId)
    expect(await read(after, guest)).toBe('guest')
    const late = await game.signIn(await game.login('lantern', 'u-9d1q8x'), game.guestId)
    await expect(read(late, guest)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it.each([
    ['user', 'other'],
    ['user', 'guest'],
    ['guest', 'user'],
  ] as const)('of %s get nothing of %s', async (attacker, target) => {
    const { players } = game
    const rows = []
    for (const attempt of AGAINST_OBJECTS) {
      const response = await tryAttempt(attempt, players[attacker], players[target])
      rows.push({ attempt: attempt.name, response })
    }
    console.log(`${attacker} against ${target}, at Ceph`)
    console.table(rows)
    expect(rows.filter(({ response }) => !NOTHING.includes(response))).toEqual([])
    expect(await read(players[target], players[target])).toBe(target)
  })
})

async function read({ s3 }: Attacker, target: Attacker): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: pictureOf(target) }))
  return Body?.transformToString()
}

async function startGameAtCeph({ ceph, iam, owner }: CephEnvironment) {
  const providers = await startProvidersForTest()
  const text = readFileSync(DOCUMENT, 'utf8')
  const document = atCeph(localGameDocument(text, providers.url, PAGE_ORIGIN))
  const broker = await closeAfterTests(
    startBrokerProcess({
      documents: [document],
      stsEndpoint: ceph.endpoint,
      environment: {
        BROKER_SECRET_GAME_POOL: SECRET,
        BROKER_SECRET_FACEBOOK_APP: FACETS_SECRET,
      },
    }),
  )
  await iam.trustIssuer({ url: broker.url, audience: AUDIENCE })
  // The roles allow everything: only the session policy narrows.
  for (const grant of ['player', 'guest'])
    await iam.createRole(
      `game-${grant}`,
      [{ url: broker.url, audience: AUDIENCE, subjects: [`game/${grant}/*`] }],
      [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
    )
  const { session } = poolCalls(broker.url)
  const signIn = async (logins: Logins = {}, hint?: string): Promise<Attacker> => {
    const { identityId, credentials } = await session(logins, hint)
    const [, person = ''] = identityId.split(':')
    return {
      credentials,
      identityId: Object.keys(logins).length === 0 ? `guests/${person}` : person,
      s3: connectS3(ceph.endpoint, credentials),
      dynamodb: new DynamoDBClient({ region: 'default', credentials }),
    }
  }
  const login = async (provider: keyof typeof LOGIN, person: string): Promise<Logins> => ({
    [LOGIN[provider]]: await providers.signIn(provider, person),
  })
  const players = {
    user: await signIn(await login('lookout', '104725918836620047731')),
    other: await signIn(await login('riverbend', 'amzn1.account.AF4QRIVERBENDTOMA5SLP9QY6CD')),
    guest: await signIn(),
  }
  const guestId = `eu-central-1:${players.guest.identityId.replace('guests/', '')}`
  await owner.send(new CreateBucketCommand({ Bucket: BUCKET }))
  for (const [Body, player] of Object.entries(players)) {
    const Tagging = new URLSearchParams({ owner: guestId }).toString()
    const object = { Bucket: BUCKET, Key: pictureOf(player), Body }
    await owner.send(new PutObjectCommand({ ...object, ...(Body === 'guest' && { Tagging }) }))
  }
  return { players, guestId, signIn, login }
}

type Logins = Readonly<Record<string, string>>

const LOGIN = {
  lookout: 'accounts.google.com',
  riverbend: 'www.amazon.com',
  lantern: 'id.lantern.example',
}

/**
 * The document of the game with what Ceph 16.2 supports: it has no DynamoDB, accounts or
 * permissions boundaries, and refuses a policy with the colon of `{{identity}}` in a resource. So
 * the pictures of users are below the part of the id after it, and those of guests are marked with
 * their owner.
 */
function atCeph(text: string): string {
  const document = parse(text)
  const { player, guest } = document.grants
  const { Picture } = Object.fromEntries(
    player.policy.map((statement: { Sid: string }) => [statement.Sid, statement]),
  )
  const guestPicture = (owner: string) => ({
    ...{ Sid: 'GuestPicture', Effect: 'Allow', Action: 's3:GetObject' },
    Resource: `arn:aws:s3:::${BUCKET}/players/guests/*`,
    Condition: { StringEquals: { 's3:ExistingObjectTag/owner': owner } },
  })
  const { sessionTags } = player
  return stringify({
    ...document,
    attributes: {
      person: {
        ...{ from: 'identity.id.split(":")[1]', pattern: '[0-9a-f-]{36}' },
        acrossIssuers: true,
      },
    },
    grants: {
      player: {
        ...{ role: roleOf('player'), sessionTags },
        policy: [
          { ...Picture, Resource: Picture.Resource.replace('{{identity}}', '{{person}}') },
          guestPicture('{{guest}}'),
        ],
      },
      guest: {
        ...{ role: roleOf('guest'), sessionTags: guest.sessionTags },
        policy: [guestPicture('{{identity}}')],
      },
    },
    identityPools: document.identityPools.slice(0, 1),
  })
}

function roleOf(grant: string): string {
  return `arn:aws:iam:::role/game-${grant}`
}
