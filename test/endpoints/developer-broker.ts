/** A broker with a pool for a backend's own users, and the backend, which signs its requests. */
import type { StoredKeyPair } from '@token-broker/functions/key-pairs'
import { newKeyPairItem, rootKeyOf, sealWithSecret } from '@token-broker/functions/key-pairs'
import { closeAfterTests } from '../fixtures/close-after-tests.ts'
import {
  POOL_SECRET,
  type PoolBroker,
  type PoolFields,
  startPoolBroker,
} from '../fixtures/pool-broker.ts'
import { POOL_ID } from '../fixtures/pool-document.ts'
import { type Signatory, signRequest } from '../fixtures/signature-v4.ts'
import { startTenantsTable, type TenantsTable } from '../fixtures/tenants-table.ts'
import type { TestBrokerOptions } from '../fixtures/test-broker.ts'

export const PROVIDER = 'login.game'
export const KEY_PAIR = { accessKeyId: 'TBPKAAAABBBBCCCCDDDD', secretAccessKey: 'a'.repeat(40) }
const HOST = '127.0.0.1:8787'

/** What differs from a request that proves the key pair. */
export interface BackendVariation {
  readonly by?: Partial<Signatory>
  readonly host?: string
  /** The path that is signed. */
  readonly path?: string
  readonly sentTo?: string
  readonly signedAt?: number
  readonly sentBody?: string
  readonly query?: string
  /** Changes the headers after they were signed; undefined: removes one. */
  readonly headers?: Record<string, string | undefined>
}

interface BackendResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly json: Readonly<Record<string, unknown>>
}

export interface DeveloperBroker extends PoolBroker {
  readonly table: TenantsTable
  readonly now: () => number
  /** Sets the clock of the broker and of the backend ahead. */
  pass(ms: number): void
  backend(operation: string, body?: object, variation?: BackendVariation): Promise<BackendResponse>
  /** The OpenID token and the identity of a user. */
  tokenOf(user: string, more?: object): Promise<{ IdentityId: string; Token: string }>
  lookUp(body: object): Promise<BackendResponse>
  /** Merges the identities of two users. */
  merge(source: string, destination: string): Promise<BackendResponse>
  unlink(identityId: string, user: string): Promise<BackendResponse>
  /** GetCredentialsForIdentity with an OpenID token. */
  credentials(identityId: string, token: string, headers?: object): Promise<BackendResponse>
  /** @returns a key pair that the table has for the pool */
  addKeyPair(pool: string, keyId: string, more?: Partial<StoredKeyPair>): Promise<typeof KEY_PAIR>
}

export async function startDeveloperBroker(
  { pool = {}, ...fields }: PoolFields = {},
  environment: Record<string, string> = {},
  options: Pick<TestBrokerOptions, 'monotonicNs'> = {},
): Promise<DeveloperBroker> {
  const table = await closeAfterTests(startTenantsTable())
  const { BROKER_TENANTS_TABLE: name = '', ...access } = table.environment
  let passedMs = 0
  const startedMs = Math.floor(Date.now() / 1000) * 1000
  const now = () => startedMs + passedMs
  const broker = await startPoolBroker(
    { ...fields, pool: { linking: true, developerProvider: PROVIDER, ...pool } },
    { ...options, now, environment: { ...access, BROKER_IDENTITIES_TABLE: name, ...environment } },
  )
  const addKeyPair: DeveloperBroker['addKeyPair'] = async (poolId, keyId, more = {}) => {
    const { secretAccessKey } = KEY_PAIR
    const context = { pool: poolId, key: keyId }
    const keyPair = {
      ...{ keyId, sealedKey: sealWithSecret(rootKeyOf(secretAccessKey), POOL_SECRET, context) },
      ...{ createdAt: new Date(now()).toISOString(), createdBy: 'alice' },
      ...{ revokedAt: undefined, revokedBy: undefined, ...more },
    }
    await table.put(newKeyPairItem(poolId, keyPair))
    return { accessKeyId: keyId, secretAccessKey }
  }
  await addKeyPair(POOL_ID, KEY_PAIR.accessKeyId)

  const backend: DeveloperBroker['backend'] = async (operation, body = {}, it = {}) => {
    const { host = HOST, path = `/cognito/${POOL_ID.replace(':', '%3A')}` } = it
    const text = JSON.stringify({ IdentityPoolId: POOL_ID, ...body })
    const signed = signRequest(
      {
        ...{ method: 'POST', path, body: text },
        headers: {
          host,
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityService.${operation}`,
        },
      },
      { ...KEY_PAIR, region: 'eu-central-1', service: 'cognito-identity', ...it.by },
      it.signedAt ?? now(),
    )
    const headers = Object.entries({ ...signed.headers, ...it.headers }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
    const response = await broker.send({
      method: 'POST',
      path: it.sentTo ?? `/cognito/${POOL_ID}`,
      headers: Object.fromEntries(headers),
      body: Buffer.from(it.sentBody ?? text),
      ...(it.query === undefined ? {} : { query: it.query }),
    })
    return { ...response, json: JSON.parse(response.body) }
  }

  return {
    ...{ ...broker, table, now, addKeyPair, backend },
    pass(ms) {
      passedMs += ms
    },
    async tokenOf(user, more = {}) {
      const body = { Logins: { [PROVIDER]: user }, ...more }
      const { json } = await backend('GetOpenIdTokenForDeveloperIdentity', body)
      return { IdentityId: String(json.IdentityId), Token: String(json.Token) }
    },
    lookUp: (body) => backend('LookupDeveloperIdentity', body),
    merge: (source, destination) =>
      backend('MergeDeveloperIdentities', {
        ...{ SourceUserIdentifier: source, DestinationUserIdentifier: destination },
        DeveloperProviderName: PROVIDER,
      }),
    unlink: (IdentityId, user) =>
      backend('UnlinkDeveloperIdentity', {
        ...{ IdentityId, DeveloperUserIdentifier: user, DeveloperProviderName: PROVIDER },
      }),
    credentials: (IdentityId, token, headers = {}) =>
      broker.call(
        'GetCredentialsForIdentity',
        { IdentityId, Logins: { 'cognito-identity.amazonaws.com': token } },
        { ...headers },
      ),
  }
}

export function exceptionOf({ status, json }: BackendResponse): string {
  return `${status} ${json.__type}`
}
