/** A broker with identity pools behind a recording proxy, and tokens of its players. */
import { disableIdentity, runSteps } from '@token-broker/core/linking'
import { linksOfPool } from '../../../packages/functions/src/adapters/identity-pools/linked/pool-links.ts'
import { identitiesIn } from '../../fixtures/identity-tables.ts'
import { closeAfterTests, startIssuer } from '../../fixtures/index.ts'
import { startServedBroker } from '../../fixtures/served-broker.ts'
import { startTenantsTable, type TenantsTable } from '../../fixtures/tenants-table.ts'
import type { PoolLocation } from './pool-device.ts'
import { type RecordingProxy, startRecordingProxy } from './recorded-requests.ts'

/** The first is the pool of the recordings. */
const POOL_IDS = {
  stateless: 'eu-west-1:11111111-2222-4333-8444-555555555555',
  separate: 'eu-west-1:33333333-2222-4333-8444-555555555555',
  adopt: 'eu-west-1:44444444-2222-4333-8444-555555555555',
}

const POOL_FIELDS: Readonly<Record<PoolName, object>> = {
  stateless: {},
  separate: { linking: true },
  adopt: { linking: true, upgrade: 'adopt', adoptWithin: '7d' },
}

/** Of a tenant of its own, which trusts the same provider for another audience. */
export const OTHER_TENANTS_POOL = 'eu-west-1:22222222-2222-4333-8444-555555555555'

export const GUEST_ROLE = 'arn:aws:iam::111122223333:role/game-guest'
const PLAYER_ROLE = 'arn:aws:iam::111122223333:role/game-player'
export const SCORES_ROLE = 'arn:aws:iam::111122223333:role/game-scores'

export type PoolName = keyof typeof POOL_IDS
export const POOL_NAMES = ['stateless', 'separate', 'adopt'] as const satisfies PoolName[]

const REFUSALS = {
  refusal: (_code: string, message: string) => new Error(message),
  poolRefusal: (_problem: string, message: string) => new Error(message),
}

export interface RecordedPools {
  readonly proxy: RecordingProxy
  readonly broker: Awaited<ReturnType<typeof startServedBroker>>
  locationOf(pool: PoolName): PoolLocation
  /** Of the pools with linking. */
  readonly table: TenantsTable
  /** As the operator does it. */
  disable(pool: PoolName, identityId: string): Promise<void>
  /** Of the provider whose name in `Logins` ends with a slash. */
  alice(claims?: object): Promise<string>
  /** Of the other provider. */
  bob(claims?: object): Promise<string>
}

export async function startRecordedPools(pagesOrigin?: string): Promise<RecordedPools> {
  const withSlash = await closeAfterTests(startIssuer())
  const table = await closeAfterTests(startTenantsTable())
  const { BROKER_TENANTS_TABLE: name = '', ...access } = table.environment
  const identities = identitiesIn(table)
  const broker = await startServedBroker({
    documents: (url) => [
      recordedPoolsDocument(withSlash.url, url, pagesOrigin),
      otherTenantsDocument(url),
    ],
    environment: {
      ...access,
      BROKER_IDENTITIES_TABLE: name,
      BROKER_SECRET_GAME_POOL: 'canary-secret-of-the-recorded-pools-0123456',
    },
  })
  const proxy = await closeAfterTests(startRecordingProxy(broker.url))
  return {
    proxy,
    broker,
    table,
    async disable(pool, identityId) {
      const signal = AbortSignal.timeout(10_000)
      const links = linksOfPool(identities, POOL_IDS[pool], signal, REFUSALS)
      await runSteps(disableIdentity(identityId, Math.floor(Date.now() / 1000)), links)
    },
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
  const pools = POOL_NAMES.map((name) => ({
    ...{ id: POOL_IDS[name], secret: 'game-pool', ...POOL_FIELDS[name] },
    logins: { [`${nameOf(withSlash)}/`]: `${withSlash}/`, [nameOf(plain)]: plain },
    guests: { enabled: true, grant: 'guest', newPerAddressPerHour: 10_000 },
    classicFlow: { audience: `classic-${name}` },
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
        policy: [
          statement('players/{{identity}}', 's3:GetObject', 's3:PutObject'),
          // For an hour after the sign-in, to copy from.
          statement('guests/{{guest}}', 's3:GetObject'),
        ],
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
