/** A tenant with an identity pool, and the requests to it that the benchmark measures. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileTenants, formatError, tenantsFile } from '@token-broker/core/document'
import { createGuestId, derivePoolKeys } from '@token-broker/core/identity-pool'
import type { HandlerJob } from './handler-under-test.ts'
import type { Stub } from './stub-server.ts'

const POOL_ID = 'eu-west-1:11111111-2222-4333-8444-555555555555'
/** With linking; the local runtime has its table in memory. */
const LINKED_POOL_ID = 'eu-west-1:33333333-2222-4333-8444-555555555555'
const SECRET = 'the-secret-of-the-identity-pool-of-the-benchmark'
const PROVIDER = 'id.bench.example'
const BUNDLE = path.resolve(import.meta.dirname, '../../dist/broker/index.mjs')

export interface PoolWorkloads {
  readonly environment: Readonly<Record<string, string>>
  /** By name. The first one is a request to the native endpoint. */
  readonly workloads: Readonly<Record<string, HandlerJob>>
}

/** @param directory for the compiled tenant */
export function createPoolWorkloads(stub: Stub, directory: string): PoolWorkloads {
  const file = path.join(directory, 'pools.jsonl')
  writeFileSync(file, compiledTenant(stub.origin))
  const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const logins = stub.tokens.map((token) => ({ Logins: { [PROVIDER]: token } }))
  const request = (
    operation: 'GetId' | 'GetCredentialsForIdentity',
    bodies: readonly object[],
    poolId = POOL_ID,
  ): HandlerJob => ({ bundle: BUNDLE, tokens: [], pool: { poolId, operation, bodies } })
  const withPool = (body: object) => ({ IdentityPoolId: POOL_ID, ...body })
  const withLinkedPool = (body: object) => ({ IdentityPoolId: LINKED_POOL_ID, ...body })
  const ids = guestIds(stub.tokens.length)
  const loginsWithIds = logins.map((login, index) => ({ IdentityId: ids[index], ...login }))
  return {
    environment: {
      ...{ AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'bench', NODE_ENV: 'production' },
      BROKER_LOCAL: '1',
      BROKER_ISSUER: 'https://broker.example',
      BROKER_SESSION_NAME_KEY: 'a key of 32 characters for tests',
      BROKER_STS_ENDPOINT: stub.origin,
      BROKER_SIGNING_KEY: signingKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      BROKER_TENANTS_FILE: file,
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

function compiledTenant(issuer: string): string {
  const role = 'arn:aws:iam::111122223333:role/game'
  const own = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::game/shared/*' }]
  const document = {
    tenant: 'game',
    issuers: [{ issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: ['bench'] }],
    rules: [{ name: 'players', when: '"support" in claims.groups', grant: 'player' }],
    grants: { player: { role, policy: own }, guest: { role, policy: own } },
    identityPools: [POOL_ID, LINKED_POOL_ID].map((id) => ({
      ...{ id, secret: 'pool', logins: { [PROVIDER]: issuer }, linking: id === LINKED_POOL_ID },
      guests: { enabled: true, grant: 'guest', newPerAddressPerHour: 100 },
    })),
  }
  const files = [{ file: 'game.json', text: JSON.stringify(document) }]
  const { tenants, errors } = compileTenants(files)
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  return tenantsFile(tenants)
}
