/** `npm run game` in this process: the page, its headers, and the four providers at the pool. */
import { readFileSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  FACETS_PEOPLE,
  LANTERN_PEOPLE,
  LOOKOUT_PEOPLE,
  RIVERBEND_PEOPLE,
} from '../../packages/local/src/demo-providers/demo-people.ts'
import { startGame } from '../../packages/local/src/game/start-game.ts'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import type { ProviderName } from './demo-sign-in.ts'
import {
  BOARD_POOL,
  GAME_POOL,
  type PoolSession,
  type StartedGame,
  startGameForTest,
} from './started-game.ts'

const FILES = {
  'index.html': '<!doctype html><title>Game</title>',
  'app-ABCD2345.js': 'export {}',
  'style.css': 'body {}',
}

describe('the page of the game', () => {
  let game: StartedGame
  beforeAll(async () => {
    game = await startGameForTest(FILES)
  })

  it('is served under a policy that lists the endpoints', async () => {
    const response = await fetch(`${game.url}/`)
    const { brokerUrl } = game.runtime
    const policy = response.headers.get('content-security-policy') ?? ''
    const directives = Object.fromEntries(
      policy.split('; ').map((directive) => {
        const [name = '', ...values] = directive.split(' ')
        return [name, values]
      }),
    )
    expect(directives).toMatchObject({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'blob:'],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
    })
    const { s3Url, dynamodbUrl } = game.runtime.aws ?? {}
    expect(directives['connect-src']).toEqual([
      ...["'self'", brokerUrl, game.providersUrl, s3Url, dynamodbUrl],
    ])
    expect(policy).not.toMatch(/unsafe|\*|data:/)
    expect(await response.text()).toBe(FILES['index.html'])
    const names = ['x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy']
    expect(names.map((name) => response.headers.get(name))).toEqual([
      ...['nosniff', 'no-referrer', 'same-origin'],
    ])
  })

  it.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html?code=1', 'text/html; charset=utf-8', 'no-cache'],
    ['/app-ABCD2345.js', 'text/javascript; charset=utf-8', 'max-age=31536000, immutable'],
    ['/style.css', 'text/css; charset=utf-8', 'no-cache'],
    ['/config.json', 'application/json', 'no-cache'],
  ])('has %s as %s, cached as %s', async (path, type, caching) => {
    const { status, headers } = await fetch(game.url + path)
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      ...[200, type, caching],
    ])
    const etag = headers.get('etag') ?? ''
    const again = await fetch(game.url + path, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  it.each(['/../package.json', '/..%2fpackage.json', '/%2e%2e/package.json', '/etc/passwd', '//'])(
    'has no file %s',
    async (path) => {
      // fetch would resolve the path itself.
      const status = await new Promise((resolve) => {
        const { hostname, port } = new URL(game.url)
        request({ hostname, port, path }, (response) => {
          response.resume()
          resolve(response.statusCode)
        }).end()
      })
      expect(status).toBe(404)
    },
  )

  it('accepts no other method', async () => {
    const { status, headers } = await fetch(game.url, { method: 'POST', body: 'x' })
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    const head = await fetch(`${game.url}/style.css`, { method: 'HEAD' })
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['7', ''])
  })

  it('lists in its settings where the pools and the providers are', async () => {
    const settings = await (await fetch(`${game.url}/config.json`)).json()
    const { brokerUrl } = game.runtime
    expect(settings).toMatchObject({
      region: 'eu-central-1',
      pool: { id: GAME_POOL, endpoint: `${brokerUrl}/cognito/${GAME_POOL}` },
      board: { id: BOARD_POOL, endpoint: `${brokerUrl}/cognito/${BOARD_POOL}` },
      s3: { endpoint: game.runtime.aws?.s3Url, bucket: 'game-pictures' },
      dynamodb: { endpoint: game.runtime.aws?.dynamodbUrl, index: 'by-score' },
      explain: `${brokerUrl}/v1/explain`,
    })
    expect(
      settings.providers.map(({ id, kind }: { id: string; kind: string }) => [id, kind]),
    ).toEqual([
      ['riverbend', 'opaque'],
      ['facets', 'opaque'],
      ['lookout', 'id-token'],
      ['lantern', 'id-token'],
    ])
  })

  it('is missing until it is built', async () => {
    const starting = startGame({ port: 0, pageDir: makeTemporaryFolder() })
    await expect(starting).rejects.toThrow('run "npm run game"')
  })
})

describe('the pool of the game', () => {
  let game: StartedGame
  beforeAll(async () => {
    game = await startGameForTest()
  })

  const LOGIN = {
    riverbend: ['www.amazon.com', RIVERBEND_PEOPLE],
    facets: ['graph.facebook.com', FACETS_PEOPLE],
    lookout: ['accounts.google.com', LOOKOUT_PEOPLE],
    lantern: ['id.lantern.example', LANTERN_PEOPLE],
  } as const
  const loginOf = async (provider: ProviderName, person = 0) => {
    const [name, people] = LOGIN[provider]
    return { [name]: await game.providers.signIn(provider, people[person]?.id ?? '') }
  }

  it('has an identity for each user of each provider, the same each time', async () => {
    const ids: string[] = []
    for (const provider of ['riverbend', 'facets', 'lookout', 'lantern'] as const)
      for (const person of [0, 1]) {
        const { identityId } = await game.session(await loginOf(provider, person))
        expect((await game.session(await loginOf(provider, person))).identityId).toBe(identityId)
        ids.push(identityId)
      }
    expect(new Set(ids).size).toBe(8)
  })

  it('joins a second provider to the identity', async () => {
    const first = await game.session(await loginOf('lookout', 2))
    const both = { ...(await loginOf('lookout', 2)), ...(await loginOf('riverbend', 2)) }
    expect((await game.session(both, first.identityId)).identityId).toBe(first.identityId)
    const alone = await game.session(await loginOf('riverbend', 2))
    expect(alone.identityId).toBe(first.identityId)
  })

  it('refuses a suspended player of the game', async () => {
    const Logins = await loginOf('lantern', 2)
    const { json } = await game.call('GetId', { IdentityPoolId: GAME_POOL, Logins })
    const refused = await game.call('GetCredentialsForIdentity', {
      ...{ IdentityId: json.IdentityId, Logins },
    })
    expect(refused.status).toBe(400)
    expect(refused.json.message).toMatch(/access_denied/)
  })

  it.each([
    ['an opaque token that no provider issued', 'www.amazon.com', 'Atza|unknown'],
    ['a token of another provider', 'accounts.google.com', 'lantern'],
    ['a token of Facets that it did not issue', 'graph.facebook.com', 'EAAunknown'],
  ])('refuses %s', async (_, login, given) => {
    const [token] = given === 'lantern' ? Object.values(await loginOf('lantern')) : [given]
    const Logins = { [login]: token }
    const { status } = await game.call('GetId', { IdentityPoolId: GAME_POOL, Logins })
    expect(status).toBe(400)
  })

  it('refuses users at the pool of the leaderboard, of which everybody is a guest', async () => {
    const Logins = await loginOf('lantern')
    const { status } = await game.call('GetId', { IdentityPoolId: BOARD_POOL, Logins }, BOARD_POOL)
    expect(status).toBe(400)
    expect((await game.session({}, undefined, BOARD_POOL)).identityId).toMatch(/^eu-central-1:/)
  })
})

it('keeps identities, data and secrets in its folder of data, for its owner alone', async () => {
  const dataDir = makeTemporaryFolder()
  const first = await startGameForTest(FILES, dataDir)
  const guest = await first.session()
  const userOf = async (game: StartedGame) => {
    const token = await game.providers.signIn('lantern', LANTERN_PEOPLE[0]?.id ?? '')
    return (await game.session({ 'id.lantern.example': token })).identityId
  }
  const user = await userOf(first)
  const Key = { player: { S: guest.identityId } }
  await tablesOf(first, guest).send(new PutItemCommand({ TableName: 'game-profiles', Item: Key }))
  const object = { Bucket: 'game-pictures', Key: `players/${guest.identityId}/picture.png` }
  await objectsOf(first, guest).send(new PutObjectCommand({ ...object, Body: 'kept' }))
  await first.close()
  const second = await startGameForTest(FILES, dataDir)
  expect(await userOf(second)).toBe(user)
  expect((await second.session({}, guest.identityId)).identityId).toBe(guest.identityId)
  const again = await second.session({}, guest.identityId)
  const { Body } = await objectsOf(second, again).send(new GetObjectCommand(object))
  expect(await Body?.transformToString()).toBe('kept')
  const profile = await tablesOf(second, again).send(
    new GetItemCommand({ TableName: 'game-profiles', Key }),
  )
  expect(profile.Item).toEqual(Key)
  const file = `${dataDir}/game-secrets.json`
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const secrets = JSON.parse(readFileSync(file, 'utf8'))
  expect(Object.keys(secrets)).toEqual(['game-pool', 'board-pool', 'facebook-app'])
})

function objectsOf({ runtime }: StartedGame, { credentials }: PoolSession): S3Client {
  const region = 'eu-central-1'
  return new S3Client({
    ...{ region, credentials, endpoint: runtime.aws?.s3Url ?? '', forcePathStyle: true },
  })
}

function tablesOf({ runtime }: StartedGame, { credentials }: PoolSession): DynamoDBClient {
  const endpoint = runtime.aws?.dynamodbUrl ?? ''
  return new DynamoDBClient({ region: 'eu-central-1', credentials, endpoint })
}
