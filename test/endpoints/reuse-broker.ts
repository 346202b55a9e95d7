/** A broker of a grant with `reuse`, before an STS that issues other credentials each time. */
import type { ServerResponse } from 'node:http'
import { CREDENTIALS_XML, startTestBroker, type TestBroker } from '../fixtures/index.ts'
import type { TestBrokerOptions } from '../fixtures/test-broker.ts'

export const MINUTE_MS = 60_000

export interface ReuseBroker extends TestBroker {
  /** Both clocks of the broker, in milliseconds since its start. */
  set(wallMs: number, elapsedMs?: number): void
  /** One response for each response of STS: `ASIA0000000000000001` is the first access key. */
  issueInOrder(): void
  /** Keeps the calls of STS, until the test lets them end. */
  holdCalls(): {
    readonly held: number
    /** How many of them the broker has given up. */
    readonly abandoned: number
    release(failure?: (response: ServerResponse) => void): void
  }
}

/** What the tests change of a request to `/v1/credentials`. */
export interface ReuseRequest {
  readonly claims?: object
  readonly body?: object
  readonly clientIp?: string
  readonly signal?: AbortSignal
  /** The token itself; default: one of alice, of `claims`. */
  readonly token?: string
}

/**
 * @param options.documents default: acme, whose grants `read` and `write` have `reuse: 5m`
 */
export async function startReuseBroker(options: TestBrokerOptions = {}): Promise<ReuseBroker> {
  const startedMs = Math.floor(Date.now() / 1_000) * 1_000
  const clocks = { wallMs: 0, elapsedMs: 0 }
  const now = () => startedMs + clocks.wallMs
  const broker = await startTestBroker({
    documents: (issuer) => [reusedDocument('acme', issuer)],
    now,
    monotonicNs: () => BigInt(clocks.elapsedMs) * 1_000_000n,
    ...options,
  })
  const { sts } = broker
  let issued = 0
  const respond = (response: ServerResponse) => {
    issued += 1
    const asked = Number(sts.calls.at(-1)?.get('DurationSeconds'))
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        CREDENTIALS_XML.replace('ASIA0123456789ABCDEF', accessKeyOf(issued)).replace(
          '2030-01-01T00:00:00Z',
          new Date(now() + asked * 1_000).toISOString(),
        ),
      )
  }
  sts.respondWith(respond)
  return {
    ...broker,
    set: (wallMs, elapsedMs = wallMs) => void Object.assign(clocks, { wallMs, elapsedMs }),
    issueInOrder: () => sts.respondWith(respond),
    holdCalls() {
      const held: ServerResponse[] = []
      let abandoned = 0
      sts.respondWith((response) => {
        held.push(response)
        response.once('close', () => {
          if (!response.writableEnded) abandoned += 1
        })
      })
      return {
        get abandoned() {
          return abandoned
        },
        get held() {
          return held.length
        },
        release: (respondNow = respond) => {
          for (const response of held.splice(0)) respondNow(response)
        },
      }
    },
  }
}

export function accessKeyOf(number: number): string {
  return `ASIA${String(number).padStart(16, '0')}`
}

/** The document of most tests, with `reuse: 5m` for both grants, and what `more` adds to `read`. */
export function reusedDocument(tenant: string, issuer: string, more = ''): string {
  return `
tenant: ${tenant}
issuers:
  - issuer: ${issuer}
    audiences: [${tenant}-app, ${tenant}-cli]
    authorizedParties: any
attributes:
  user: { from: claims.sub }
  team: { from: 'has(claims.team) ? claims.team : "none"' }
rules:
  - name: home
    when: 'has(claims.home)'
    grant: read
  - name: everybody reads
    when: 'claims.blocked != true || !has(claims.blocked)'
    grant: read
  - name: admins write
    when: '"admins" in claims.groups'
    grant: write
grants:
  read:
    role: arn:aws:iam::111122223333:role/${tenant}-app
    reuse: 5m
    maxDuration: 2h
    sessionTags: { user: '{{user}}', team: '{{team}}' }
    ${more}
    policy:
      - Sid: Read
        Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::${tenant}/{{user}}/*'
      - Sid: List
        Effect: Allow
        Action: s3:ListBucket
        Resource: 'arn:aws:s3:::${tenant}'
        Condition: { StringLike: { 's3:prefix': '{{user}}/*' } }
  write:
    role: arn:aws:iam::111122223333:role/${tenant}-app
    reuse: 5m
    policy:
      - { Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::${tenant}/{{user}}/*' }
`
}

export interface ReuseOutcome {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly credentials: Readonly<Record<string, unknown>> | undefined
  readonly accessKeyId: string | undefined
}

/** Requests credentials of `read`, as alice unless the request says otherwise. */
export async function request(
  broker: Pick<TestBroker, 'send' | 'token'>,
  { claims, body, token, ...more }: ReuseRequest = {},
): Promise<ReuseOutcome> {
  const authorization = `Bearer ${token ?? (await broker.token(claims))}`
  const response = await broker.send({
    method: 'POST',
    path: '/v1/credentials',
    headers: { authorization, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body ?? {})),
    ...more,
  })
  const parsed = JSON.parse(response.body)
  const { credentials } = parsed
  return {
    status: response.status,
    body: parsed,
    credentials,
    accessKeyId: credentials?.accessKeyId,
  }
}
