/** The upstreams of a storm: identity providers, and an STS that can be slow and throttle. */
import { generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import { messageOf, start } from '../harness/processes.ts'

export interface Upstreams {
  readonly url: string
  issuerOf(tenant: number): string
  tokenOf(tenant: number, user: string): string
  /** Resolves when it is in force. */
  set(settings: Partial<UpstreamSettings>): Promise<void>
  /** How far all clocks are ahead. */
  aheadMs(): number
  counts(): Promise<UpstreamCounts>
  close(): Promise<void>
}

export interface UpstreamCounts {
  readonly sts: number
  readonly stsThrottled: number
  readonly keys: number
}

export interface UpstreamSettings {
  readonly stsMs: number
  /** Calls that STS serves; undefined: all. */
  readonly stsPerSecond: number | undefined
  /** Whether the identity providers respond. */
  readonly providersUp: boolean
  readonly aheadMs: number
  readonly publishedKeys: readonly JsonWebKey[]
  /** With which STS verifies tokens, as it has cached them; undefined: it verifies none. */
  readonly brokerKeys: readonly JsonWebKey[] | undefined
  /** Which of the two keys signs tokens. */
  readonly signingKey: 0 | 1
}

const AUDIENCE = 'storm'
const KEYS = [0, 1].map((index) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = `key-${index}`
  const published = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }
  return { kid, privateKey, published }
})

/** The public keys of the providers: both, or only the first. */
export const BOTH_KEYS: readonly JsonWebKey[] = KEYS.map(({ published }) => published)
const FIRST_KEY = BOTH_KEYS.slice(0, 1)

/** A process of its own: clients that keep this one busy must not delay it. */
export async function startStormUpstreams(stsMs = 20): Promise<Upstreams> {
  const child = start('../storms/upstream-worker.ts', {})
  const url = await messageOf<string>(child)
  let settings: UpstreamSettings = {
    ...{ stsMs, stsPerSecond: undefined, providersUp: true, aheadMs: 0, signingKey: 0 },
    ...{ publishedKeys: FIRST_KEY, brokerKeys: undefined },
  }
  const ask = (message: Partial<UpstreamSettings>) => {
    const counts = messageOf<UpstreamCounts>(child)
    child.send(message)
    return counts
  }
  const issuerOf = (tenant: number) => `${url}/issuer-${tenant}`
  await ask(settings)
  return {
    ...{ url, issuerOf, aheadMs: () => settings.aheadMs, counts: () => ask({}) },
    async set(changes) {
      // First there, so that no token has a key that is not published.
      await ask(changes)
      settings = { ...settings, ...changes }
    },
    async close() {
      child.disconnect()
    },
    tokenOf(tenant, user) {
      const { privateKey, kid } = KEYS[settings.signingKey] as (typeof KEYS)[number]
      const seconds = Math.floor((Date.now() + settings.aheadMs) / 1000)
      const claims = {
        ...{ iss: issuerOf(tenant), aud: AUDIENCE, sub: user, iat: seconds },
        ...{ exp: seconds + 36_000, jti: crypto.randomUUID() },
      }
      const input = [{ alg: 'ES256', kid, typ: 'JWT' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
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
