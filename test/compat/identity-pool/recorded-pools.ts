/** A broker with identity pools behind a recording proxy, and tokens of its players. */
import { closeAfterTests, startIssuer } from '../../fixtures/index.ts'
import { startServedBroker } from '../../fixtures/served-broker.ts'
import type { PoolLocation } from './pool-device.ts'
import { type RecordingProxy, startRecordingProxy } from './recorded-requests.ts'

/** The first is the pool of the recordings. */
export const POOL_IDS = {
  stateless: 'eu-west-1:11111111-2222-4333-8444-555555555555',
}

/** Of a tenant of its own, which trusts the same provider for another audience. */
export const OTHER_TENANTS_POOL = 'eu-west-1:22222222-2222-4333-8444-555555555555'

export const GUEST_ROLE = 'arn:aws:iam::111122223333:role/game-guest'
const PLAYER_ROLE = 'arn:aws:iam::111122223333:role/game-player'
export const SCORES_ROLE = 'arn:aws:iam::111122223333:role/game-scores'

export type PoolName = keyof typeof POOL_IDS

export interface RecordedPools {
  readonly proxy: RecordingProxy
  readonly broker: Awaited<ReturnType<typeof startServedBroker>>
  locationOf(pool: PoolName): PoolLocation
  /** Of the provider whose name in `Logins` ends with a slash. */
  alice(claims?: object): Promise<string>
  /** Of the other provider. */
  bob(claims?: object): Promise<string>
}

export async function startRecordedPools(pagesOrigin?: string): Promise<RecordedPools> {
  const withSlash = await closeAfterTests(startIssuer())
  const broker = await startServedBroker({
    documents: (url) => [
      recordedPoolsDocument(withSlash.url, url, pagesOrigin),
      otherTenantsDocument(url),
    ],
    environment: { BROKER_SECRET_GAME_POOL: 'canary-secret-of-the-recorded-pools-0123456' },
  })
  const proxy = await closeAfterTests(startRecordingProxy(broker.url))
  return {
    proxy,
    broker,
    locationOf: (pool) => {
      const poolId = POOL_IDS[pool]
      return { poolId, endpoint: `${proxy.url}/cognito/${poolId}` }
    },
    alice: (claims) => withSlash.token({ iss: `${withSlash.url}/`, ...claims }),
    bob: (claims) => broker.token({ sub: 'bob', ...claims }),
  }
}

function recordedPoolsDocument(
  withSlash: string,
  plain: string,
  pagesOrigin: string | undefined,
): string {
  const nameOf = (url: string) => url.replace('http://', '')
  const issuers = [`${withSlash}/`, plain].map((issuer, index) => ({
    ...{ issuer, audiences: ['acme-app'] },
    verify: { kind: 'jwt', jwksUri: `${[withSlash, plain][index]}/jwks` },
  }))
  const pools = Object.values(POOL_IDS).map((id) => ({
    ...{ id, secret: 'game-pool' },
    logins: { [`${nameOf(withSlash)}/`]: `${withSlash}/`, [nameOf(plain)]: plain },
    guests: { enabled: true, grant: 'guest', newPerAddressPerHour: 10_000 },
    classicFlow: { audience: 'classic-app' },
  }))
  const statement = (folder: string, ...actions: string[]) => ({
    ...{ Effect: 'Allow', Action: actions, Resource: `arn:aws:s3:::game/${folder}/*` },
  })
  return JSON.stringify({
    tenant: 'game',
    issuers,
    identityPools: pools,
    rules: [
      {
        name: 'players play',
        when: 'claims.blocked != true || !has(claims.blocked)',
        grant: 'player',
      },
      { name: 'players keep scores', when: 'claims.sub != ""', grant: 'scores' },
    ],
    grants: {
      player: {
        role: PLAYER_ROLE,
        policy: [statement('players/{{identity}}', 's3:GetObject', 's3:PutObject')],
      },
      scores: { role: SCORES_ROLE, policy: [statement('players/{{identity}}', 's3:GetObject')] },
      guest: { role: GUEST_ROLE, policy: [statement('guests/{{identity}}', 's3:GetObject')] },
    },
    allowedOrigins: pagesOrigin === undefined ? [] : [pagesOrigin],
  })
}

function otherTenantsDocument(issuer: string): string {
  const grant = {
    role: 'arn:aws:iam::111122223333:role/other',
    policy: [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::other/*', shared: true },
    ],
  }
  return JSON.stringify({
    tenant: 'other',
    issuers: [{ issuer, audiences: ['other-app'] }],
    rules: [{ name: 'all', grant: 'user' }],
    grants: { user: grant, guest: grant },
    identityPools: [
      {
        ...{ id: OTHER_TENANTS_POOL, secret: 'game-pool' },
        logins: { [issuer.replace('http://', '')]: issuer },
        guests: { enabled: true, grant: 'guest' },
      },
    ],
  })
}
