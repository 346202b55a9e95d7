/** Two players and a guest of an identity pool at Ceph: each one has its own objects only. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { fromCognitoIdentityPool } from '@aws-sdk/credential-providers'
import { beforeAll, expect, it } from 'vitest'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import type { CephEnvironment } from './ceph-environment.ts'
import { BUCKET, ROLES } from './ceph-tenants.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { attempt, connectS3, seed } from './s3-actions.ts'

const POOL_ID = 'eu-central-1:0f7c1a52-9a54-4a0e-8f3f-2c5f0d6b7e81'
const PROVIDER = 'id.game.example'
const AUDIENCE = 'sts.amazonaws.com'
const GAME_ROLES = ['player', 'guest'].map((grant) => ({ grant, role: `game-${grant}` }))

describeAtCeph('sessions of an identity pool at Ceph', {}, (environment) => {
  let endpoint = ''
  beforeAll(async () => {
    endpoint = await startGame(environment())
  }, 120_000)

  it('of two players and a guest have their own objects only', async () => {
    const { partner, owner } = environment()
    const people = {
      alice: await signIn(() => partner.token({ sub: 'alice' })),
      bob: await signIn(() => partner.token({ sub: 'bob' })),
      guest: await signIn(),
    }
    const keys: string[] = []
    for (const { folder, identityId } of Object.values(people)) {
      const Key = `${folder}score`
      const Tagging = new URLSearchParams({ owner: identityId }).toString()
      await owner.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key, Tagging }))
      keys.push(Key)
    }
    const outcomes: Record<string, readonly string[]> = {}
    for (const [name, { session }] of Object.entries(people)) {
      const found = []
      for (const key of keys) found.push(await attemptAll(key, session))
      outcomes[name] = found
      session.destroy()
    }
    console.table(outcomes)
    expect(outcomes).toEqual({
      alice: ['Get, List, Put', 'nothing', 'nothing'],
      bob: ['nothing', 'Get, List, Put', 'nothing'],
      guest: ['nothing', 'nothing', 'Get, List'],
    })
  })

  it('are of the same identity on a second device', async () => {
    const { partner, owner } = environment()
    const [first, second] = [
      await signIn(() => partner.token({ sub: 'carol' })),
      await signIn(() => partner.token({ sub: 'carol' })),
    ]
    const key = `${second.folder}score`
    expect(key).toBe(`${first.folder}score`)
    await seed(owner, key)
    expect(await attempt('Put', key, first.session, owner)).toBe('allowed')
    expect(await attempt('Get', key, second.session, owner)).toBe('allowed')
  })

  /** @returns what the session may do with the object */
  async function attemptAll(key: string, session: S3Client): Promise<string> {
    const allowed = []
    for (const action of ['Get', 'List', 'Put'] as const) {
      const outcome = await attempt(action, key, session, environment().owner)
      if (outcome === 'allowed') allowed.push(action)
    }
    return allowed.join(', ') || 'nothing'
  }

  async function signIn(login?: () => Promise<string>) {
    const credentials = await fromCognitoIdentityPool({
      identityPoolId: POOL_ID,
      clientConfig: { endpoint, region: 'eu-central-1' },
      ...(login ? { logins: { [PROVIDER]: login } } : {}),
    })()
    const { accessKeyId, secretAccessKey, sessionToken = '', identityId } = credentials
    const folder = login ? `players/${identityId.split(':')[1]}/` : `guests/${identityId}/`
    const keys = { accessKeyId, secretAccessKey, sessionToken }
    return { folder, identityId, session: connectS3(environment().ceph.endpoint, keys) }
  }
})

/** @returns the pool's endpoint */
async function startGame({ ceph, iam, partner }: CephEnvironment): Promise<string> {
  const broker = await closeAfterTests(
    startBrokerProcess({
      documents: [gameTenant(partner.url)],
      stsEndpoint: ceph.endpoint,
      environment: { BROKER_SECRET_GAME_POOL: 'a-secret-of-the-game-in-the-tests-at-ceph' },
    }),
  )
  await iam.trustIssuer({ url: broker.url, audience: AUDIENCE })
  for (const { grant, role } of GAME_ROLES) {
    const trusted = { url: broker.url, audience: AUDIENCE, subjects: [`game/${grant}/*`] }
    // The roles allow everything in the bucket: only the session policy narrows.
    await iam.createRole(role, [trusted], ROLES['acme-app']?.policy ?? [])
  }
  return `${broker.url}/cognito/${POOL_ID}`
}

/**
 * Ceph 16.2 refuses a policy with the colon of `{{identity}}` in a resource. So players have the
 * part after it, and what a guest may read is marked with its identity.
 */
function gameTenant(issuer: string): string {
  const objects = (path: string) => `arn:aws:s3:::${BUCKET}/${path}`
  const listing = (folder: string) => ({
    ...{ Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` },
    Condition: { StringLike: { 's3:prefix': `${folder}/*` } },
  })
  return JSON.stringify({
    tenant: 'game',
    issuers: [{ issuer, audiences: ['acme-app'] }],
    attributes: { person: { from: 'identity.id.split(":")[1]', pattern: '[0-9a-f-]{36}' } },
    rules: [{ name: 'players play', grant: 'player' }],
    grants: {
      player: {
        role: 'arn:aws:iam:::role/game-player',
        policy: [
          {
            ...{ Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'] },
            Resource: objects('players/{{person}}/*'),
          },
          listing('players/{{person}}'),
        ],
      },
      guest: {
        role: 'arn:aws:iam:::role/game-guest',
        policy: [
          {
            ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: objects('guests/*') },
            Condition: { StringEquals: { 's3:ExistingObjectTag/owner': '{{identity}}' } },
          },
          listing('guests/{{identity}}'),
        ],
      },
    },
    identityPools: [
      {
        ...{ id: POOL_ID, secret: 'game-pool', logins: { [PROVIDER]: issuer } },
        guests: { enabled: true, grant: 'guest' },
      },
    ],
  })
}
