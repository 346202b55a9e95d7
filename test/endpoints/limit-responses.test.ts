/** What each endpoint responds with beyond a limit: its form of `throttled`, and when to retry. */
import { expect, it } from 'vitest'
import type { HttpResponse } from '../../packages/functions/src/http.ts'
import { PLAYERS } from '../fixtures/pool-broker.ts'
import { GUEST_ROLE, POOL_ID, POOL_ROLE } from '../fixtures/pool-document.ts'
import { type DeveloperBroker, PROVIDER, startDeveloperBroker } from './developer-broker.ts'

type Send = (broker: DeveloperBroker, token: string) => Promise<HttpResponse>

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const exchange =
  (more: Record<string, string>): Send =>
  (broker, token) =>
    broker.postForm('/v1/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      subject_token: token,
      audience: 'game',
      ...more,
    })
const pool =
  (operation: string): Send =>
  (broker, token) =>
    broker.call(operation, {
      ...(operation === 'GetId' ? { IdentityPoolId: POOL_ID } : { IdentityId: NO_ID }),
      Logins: { [PLAYERS]: token },
    })
const NO_ID = 'eu-central-1:00000000-0000-0000-0000-000000000000'

/** In the order of the documentation. */
const ENDPOINTS: readonly [name: string, send: Send, status: number, code: RegExp][] = [
  [
    'native',
    (broker, token) => broker.post('/v1/credentials', token, { grant: 'player' }),
    ...([429, /"code":"throttled"/] as const),
  ],
  ['token-exchange', exchange({ scope: 'grant:player' }), 429, /"temporarily_unavailable"/],
  [
    'token-exchange',
    exchange({ scope: 'grant:released', requested_token_type: JWT }),
    ...([429, /"temporarily_unavailable"/] as const),
  ],
  [
    'sts',
    (broker, token) =>
      broker.postForm('/sts', {
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: POOL_ROLE,
        RoleSessionName: 'session',
        WebIdentityToken: token,
      }),
    ...([400, /<Type>Sender<\/Type><Code>Throttling<\/Code>/] as const),
  ],
  [
    'container',
    (broker, token) =>
      broker.get('/v1/tenants/game/grants/player/credentials', { authorization: token }),
    ...([429, /"code":"Throttling".*"Code":"Throttling"/] as const),
  ],
  [
    'explain',
    (broker, token) => broker.post('/v1/explain', token, { grant: 'player' }),
    ...([429, /"code":"throttled"/] as const),
  ],
  ['cognito', pool('GetId'), 429, /"__type":"TooManyRequestsException"/],
  ['cognito', pool('GetCredentialsForIdentity'), 429, /"__type":"TooManyRequestsException"/],
  [
    'explain',
    (broker, token) =>
      broker.post('/v1/explain', undefined, { pool: POOL_ID, logins: { [PLAYERS]: token } }),
    ...([429, /"code":"throttled"/] as const),
  ],
]

const OTHERS: typeof ENDPOINTS = [
  [
    'sts',
    (broker) => broker.postForm('/sts', { Action: 'GetCallerIdentity', Version: '2011-06-15' }),
    ...([400, /<Type>Sender<\/Type><Code>Throttling<\/Code>/] as const),
  ],
  ['none', (broker) => broker.get('/nowhere'), 429, /"code":"throttled"/],
  ['cognito', (broker) => backendOf(broker), 429, /"__type":"TooManyRequestsException"/],
]

async function backendOf(broker: DeveloperBroker): Promise<HttpResponse> {
  const body = { Logins: { [PROVIDER]: 'alice' } }
  const { json, ...response } = await broker.backend('GetOpenIdTokenForDeveloperIdentity', body)
  return { ...response, body: JSON.stringify(json) }
}

const policy = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::game/*' }]
const DOCUMENT = {
  limits: { tenant: { requestsPerHour: 1 } },
  rules: [
    { name: 'players', grant: 'player' },
    { name: 'released', grant: 'released' },
  ],
  grants: {
    player: { role: POOL_ROLE, policy },
    released: { role: `${POOL_ROLE}-released`, releasedAudience: 'game-released' },
    guest: { role: GUEST_ROLE, policy },
  },
}
/** The time of the broker stands still. */
const CLOCK = { monotonicNs: () => 0n }

const IN_MEMORY = { AWS_REGION: 'eu-central-1' }
const limits = (stage: object) => ({ ...IN_MEMORY, BROKER_LIMITS: JSON.stringify(stage) })
const byAddress = await startDeveloperBroker(
  {},
  limits({ clientAddress: { requestsPerHour: 1 } }),
  CLOCK,
)
await byAddress.get('/nowhere')

it.each([...ENDPOINTS, ...OTHERS])(
  '%s: beyond the limit of the client address',
  async (endpoint, send, status, code) => {
    const { audit, players } = byAddress
    const response = await send(byAddress, await players.token({ aud: 'game' }))
    expect([response.status, response.headers['retry-after']]).toEqual([status, '3600'])
    expect(response.body).toMatch(code)
    expect(response.body).toContain(`request ${audit.at(-1)?.requestId}`.slice(8))
    expect(response.body).toContain('expected none for 3600 s; wait so long')
    expect(audit.at(-1)).toMatchObject({
      ...{ endpoint, outcome: 'refused', code: 'throttled', limit: 'clientAddress' },
      clientIp: '203.0.113.7',
    })
  },
)

it.each([...ENDPOINTS, ...OTHERS.slice(-1)])(
  '%s: beyond the limit of a tenant, before and after the token is known',
  async (endpoint, send, status, code) => {
    const broker = await startDeveloperBroker({ document: DOCUMENT }, {}, CLOCK)
    const token = await broker.players.token({ aud: 'game' })
    expect((await send(broker, token)).status).toBe(200)
    const other = await broker.players.token({ aud: 'game', sub: 'bob' })
    for (const presented of [token, other, other]) {
      const response = await send(broker, presented)
      expect([response.status, response.headers['retry-after']]).toEqual([status, '3600'])
      expect(response.body).toMatch(code)
      // Not which limit, nor whose.
      expect(response.body).not.toMatch(/limits|tenant|game/)
      expect(broker.audit.at(-1)).toMatchObject({
        ...{ endpoint, outcome: 'refused', code: 'throttled', limit: 'tenant', tenant: 'game' },
        reason: expect.stringMatching(
          /at most 1 per hour, and 1 at once.*limits\.tenant of tenant/,
        ),
      })
    }
  },
)
