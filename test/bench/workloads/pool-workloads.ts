/** A tenant with an identity pool, and the requests to it that the benchmark measures. */
import path from 'node:path'
import { createGuestId, derivePoolKeys } from '@token-broker/core/identity-pool'
import type { HandlerJob, PoolRequests } from '../workers/handler-under-test.ts'
import type { Stub } from '../workers/stub-server.ts'
import { BUNDLE, brokerEnvironment } from './broker-environment.ts'

const POOL_ID = 'eu-west-1:11111111-2222-4333-8444-555555555555'
/** With linking; the local runtime has its table in memory. */
const LINKED_POOL_ID = 'eu-west-1:33333333-2222-4333-8444-555555555555'
const SECRET = 'the-secret-of-the-identity-pool-of-the-benchmark'
const PROVIDER = 'id.bench.example'

export interface PoolWorkloads {
  readonly environment: Readonly<Record<string, string>>
  /** By name. The first one is a request to the native endpoint. */
  readonly workloads: Readonly<Record<string, HandlerJob>>
}

/** @param directory for the compiled tenant */
export function createPoolWorkloads(stub: Stub, directory: string): PoolWorkloads {
  const logins = stub.tokens.map((token) => ({ Logins: { [PROVIDER]: token } }))
  const request = (
    operation: PoolRequests['operation'],
    bodies: readonly object[],
    poolId = POOL_ID,
  ): HandlerJob => ({ bundle: BUNDLE, tokens: [], pool: { poolId, operation, bodies } })
  const withPool = (body: object) => ({ IdentityPoolId: POOL_ID, ...body })
  const withLinkedPool = (body: object) => ({ IdentityPoolId: LINKED_POOL_ID, ...body })
  const ids = guestIds(stub.tokens.length)
  const loginsWithIds = logins.map((login, index) => ({ IdentityId: ids[index], ...login }))
  return {
    environment: {
      ...brokerEnvironment(stub, path.join(directory, 'pools.jsonl'), [game(stub.origin)]),
      BROKER_SECRET_POOL: SECRET,
    },
    workloads: {
      'native, minted': { bundle: BUNDLE, tokens: stub.tokens, grant: 'player' },
      'GetId, guest': request('GetId', [withPool({})]),
      'GetId, login': request('GetId', logins.map(withPool)),
      'GetCredentialsForIdentity, guest': request(
        'GetCredentialsForIdentity',
        ids.map((IdentityId) => ({ IdentityId })),
      ),
      'GetCredentialsForIdentity, login': request('GetCredentialsForIdentity', loginsWithIds),
      'GetOpenIdToken, login': request('GetOpenIdToken', loginsWithIds),
      'GetId, linked login': request('GetId', logins.map(withLinkedPool), LINKED_POOL_ID),
      'GetCredentialsForIdentity, linked login': request(
        'GetCredentialsForIdentity',
        loginsWithIds,
        LINKED_POOL_ID,
      ),
    },
  }
}

function guestIds(count: number): string[] {
  const keys = derivePoolKeys(POOL_ID, SECRET)
  if (!keys) throw new Error('The secret of the benchmark is too short.')
  return Array.from({ length: count }, () =>
    createGuestId(keys, Date.now() / 1000, () => crypto.randomUUID()),
  )
}

function game(issuer: string): object {
  const role = 'arn:aws:iam::111122223333:role/game'
  const own = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::game/shared/*' }]
  return {
    tenant: 'game',
    issuers: [{ issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: ['bench'] }],
    rules: [{ name: 'players', when: '"support" in claims.groups', grant: 'player' }],
    grants: {
      player: { role, policy: own, releasedAudience: 'player' },
      guest: { role: `${role}-guest`, policy: own },
    },
    identityPools: [POOL_ID, LINKED_POOL_ID].map((id) => ({
      ...{ id, secret: 'pool', logins: { [PROVIDER]: issuer }, linking: id === LINKED_POOL_ID },
      ...(id === POOL_ID ? { classicFlow: { audience: 'game-classic' } } : {}),
      guests: { enabled: true, grant: 'guest', newPerAddressPerHour: 100 },
    })),
  }
}
