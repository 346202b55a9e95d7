/** A process that is the identity providers and STS of a storm. Each message changes settings. */
import { createPublicKey, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../../../packages/local/src/listen.ts'
import { createRateLimit } from '../simulate/rate-limit.ts'
import type { UpstreamCounts, UpstreamSettings } from './storm-upstreams.ts'

/** RFC 7518 §3.4. */
const dsaEncoding = 'ieee-p1363'
let settings: Partial<UpstreamSettings> = {}
let mayCall = createRateLimit(undefined)
const counts = { sts: 0, stsThrottled: 0, keys: 0 }

const server = createServer((request, response) => {
  if (request.method === 'GET') serveKeys(response)
  else void serveSts(request, response)
})
server.keepAliveTimeout = 60_000
const url = await listen(server, 0)

process.on('message', (changes: Partial<UpstreamSettings>) => {
  settings = { ...settings, ...changes }
  if (changes.stsPerSecond !== undefined) {
    const { stsPerSecond } = changes
    const startedAt = performance.now()
    const limit = createRateLimit({ perSecond: stsPerSecond, burst: stsPerSecond })
    mayCall = (atMs) => limit(atMs - startedAt)
  }
  process.send?.({ ...counts } satisfies UpstreamCounts)
})
process.once('disconnect', () => process.exit())
process.send?.(url)

function serveKeys(response: ServerResponse): void {
  counts.keys++
  if (!settings.providersUp) response.writeHead(503).end()
  else {
    const keys = JSON.stringify({ keys: settings.publishedKeys })
    response.setHeader('content-type', 'application/json').end(keys)
  }
}

async function serveSts(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const form = new URLSearchParams(Buffer.concat(chunks).toString())
  const call = ++counts.sts
  response.setHeader('content-type', 'text/xml')
  if (!mayCall(performance.now())) {
    counts.stsThrottled++
    response.writeHead(400).end(errorXml('Throttling', 'Rate exceeded'))
    return
  }
  if (!isAccepted(form.get('WebIdentityToken') ?? '')) {
    response.writeHead(400).end(errorXml('InvalidIdentityToken', 'No OpenID Connect provider key'))
    return
  }
  const seconds = Number(form.get('DurationSeconds') ?? 3600)
  const expiresAt = Date.now() + (settings.aheadMs ?? 0) + seconds * 1000
  const xml = credentialsXml(form.get('RoleSessionName') ?? '', call, expiresAt)
  setTimeout(() => response.end(xml), settings.stsMs)
}

/** Whether one of the cached keys signed the token. */
function isAccepted(token: string): boolean {
  const { brokerKeys } = settings
  if (brokerKeys === undefined) return true
  const [header = '', payload, signature = ''] = token.split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const jwk = brokerKeys.find((key) => key.kid === kid)
  if (!jwk) return false
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding } as const
  const input = Buffer.from(`${header}.${payload}`)
  return verify('sha256', input, key, Buffer.from(signature, 'base64url'))
}

function errorXml(code: string, message: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>
<RequestId>r</RequestId></ErrorResponse>`
}

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
