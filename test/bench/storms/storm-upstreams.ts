/** The upstreams of a storm: identity providers, and an STS that can be slow and throttle. */
import { generateKeyPairSync, sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { startServer } from '../../fixtures/http-server.ts'
import { createRateLimit } from '../simulate/rate-limit.ts'

export interface Upstreams {
  readonly url: string
  /** May be changed at any time. */
  readonly settings: UpstreamSettings
  readonly counts: { sts: number; stsThrottled: number; keys: number }
  issuerOf(tenant: number): string
  tokenOf(tenant: number, user: string): string
  /** Calls beyond this rate are throttled from now on. */
  limitSts(perSecond: number): void
  close(): Promise<void>
}

export interface UpstreamSettings {
  stsMs: number
  /** Whether the identity providers respond. */
  providersUp: boolean
  /** How far all clocks are ahead. */
  aheadMs: number
  /** Which of the two keys signs, and which are published. */
  signingKey: 0 | 1
  publishedKeys: readonly (0 | 1)[]
}

const AUDIENCE = 'storm'
const KEYS = [0, 1].map((index) => ({
  kid: `key-${index}`,
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
}))

export async function startStormUpstreams(
  more: Partial<UpstreamSettings> = {},
): Promise<Upstreams> {
  const settings: UpstreamSettings = {
    ...{ stsMs: 20, providersUp: true, aheadMs: 0, signingKey: 0, publishedKeys: [0] },
    ...more,
  }
  const counts = { sts: 0, stsThrottled: 0, keys: 0 }
  let mayCall = createRateLimit(undefined)
  const now = () => Date.now() + settings.aheadMs

  const serveKeys = (response: ServerResponse) => {
    counts.keys++
    if (!settings.providersUp) return response.writeHead(503).end()
    const keys = settings.publishedKeys.map((index) => {
      const { publicKey, kid } = KEYS[index] as (typeof KEYS)[number]
      return { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }
    })
    return response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }))
  }

  const serveSts = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    const call = ++counts.sts
    response.setHeader('content-type', 'text/xml')
    if (!mayCall(performance.now())) {
      counts.stsThrottled++
      return response.writeHead(400).end(THROTTLED)
    }
    const seconds = Number(form.get('DurationSeconds') ?? 3600)
    const xml = credentialsXml(form.get('RoleSessionName') ?? '', call, now() + seconds * 1000)
    return setTimeout(() => response.end(xml), settings.stsMs)
  }

  const { url, close } = await startServer((request, response) => {
    if (request.method === 'GET') serveKeys(response)
    else void serveSts(request, response)
  })
  const issuerOf = (tenant: number) => `${url}/issuer-${tenant}`
  return {
    ...{ url, settings, counts, issuerOf, close },
    limitSts(perSecond) {
      const startedAt = performance.now()
      const limit = createRateLimit({ perSecond, burst: perSecond })
      mayCall = (atMs) => limit(atMs - startedAt)
    },
    tokenOf(tenant, user) {
      const { privateKey, kid } = KEYS[settings.signingKey] as (typeof KEYS)[number]
      const seconds = Math.floor(now() / 1000)
      const claims = {
        ...{ iss: issuerOf(tenant), aud: AUDIENCE, sub: user, iat: seconds },
        ...{ exp: seconds + 36_000, jti: crypto.randomUUID() },
      }
      const input = [{ alg: 'RS256', kid, typ: 'JWT' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
    },
  }
}

/** The document of a tenant whose only grant is for everybody. */
export function stormDocument(tenant: string, issuer: string, more: object = {}): object {
  return {
    tenant,
    issuers: [
      { issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: [AUDIENCE] },
    ],
    attributes: { user: { from: 'claims.sub', pattern: '[a-z0-9-]{1,32}' } },
    rules: [{ name: 'everybody reads', grant: 'read' }],
    grants: {
      read: {
        role: 'arn:aws:iam::111122223333:role/storm',
        webIdentity: 'pass-through',
        sessionName: '{{user}}',
        policy: [
          {
            ...{ Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject'] },
            Resource: 'arn:aws:s3:::storm-data/{{user}}/*',
          },
        ],
        ...more,
      },
    },
  }
}

const THROTTLED = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error>
<RequestId>r</RequestId></ErrorResponse>`

function credentialsXml(session: string, call: number, expiresAtMs: number): string {
  const number = String(call).padStart(16, '0')
  return `<AssumeRoleWithWebIdentityResponse
  xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<AssumedRoleUser>
<Arn>arn:aws:sts::111122223333:assumed-role/storm/${session}</Arn>
<AssumedRoleId>AROA0:${session}</AssumedRoleId>
</AssumedRoleUser>
<Credentials>
<AccessKeyId>ASIA${number}</AccessKeyId>
<SecretAccessKey>secret-of-${number}</SecretAccessKey>
<SessionToken>session-of-${number}</SessionToken>
<Expiration>${new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, 'Z')}</Expiration>
</Credentials>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
}
