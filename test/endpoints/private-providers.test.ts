/** Identity providers in private networks: roots of their own, and client certificates. */
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import type { TLSSocket } from 'node:tls'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthority, startTlsServer } from '../fixtures/certificates.ts'
import { closeAfterTests, makeTemporaryFolder, startTestBroker } from '../fixtures/index.ts'

const authority = createAuthority('corp-root')
const another = createAuthority('another-root')
const server = authority.issue('corp-server')
const client = authority.issue('broker')
const stranger = another.issue('stranger')
const { privateKey, publicKey } = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'one' }

const KINDS = ['jwt', 'introspection', 'userinfo', 'webhook'] as const
type Kind = (typeof KINDS)[number]

it.each(KINDS)('%s: the roots of the document replace the public ones', async (kind) => {
  const provider = await startProvider()
  expect(await ask(kind, provider, { ca: authority.cert })).toBe('issued')
  expect(await ask(kind, provider, {})).toMatch(/^issuer_unavailable .*(SELF_SIGNED|UNABLE_TO)/)
  expect(await ask(kind, provider, { ca: another.cert })).toMatch(/^issuer_unavailable/)
})

describe.each(KINDS)('%s at a provider that requires a client certificate', (kind) => {
  it('is accepted with it', async () => {
    const provider = await startProvider({ mutual: true })
    const secret = client.cert + client.key
    expect(await ask(kind, provider, { ca: authority.cert, secret })).toBe('issued')
    expect(provider.clients).toContain('broker')
  })

  it.each([
    ['without it', undefined, /^issuer_unavailable/],
    ['with one of another authority', stranger.cert + stranger.key, /^issuer_unavailable/],
    ['with a key that is not its own', client.cert + stranger.key, /^config_invalid .*broker-cert/],
    ['with a text that is none', 'canary-text', /^config_invalid .*broker-cert/],
    ['without a secret of this name', '', /^config_invalid .*broker-cert/],
  ])('is refused %s', async (_what, secret, expected) => {
    const provider = await startProvider({ mutual: true })
    const reason = await ask(kind, provider, { ca: authority.cert, secret })
    expect(reason).toMatch(expected)
    expect(reason).not.toMatch(/PRIVATE KEY|canary/)
  })
})

it('keeps the keys of two tenants apart that trust one issuer by different roots', async () => {
  const provider = await startProvider()
  const documents = [
    documentOf('jwt', provider.url, { ca: authority.cert }),
    documentOf('jwt', provider.url, { ca: another.cert }).replaceAll('acme', 'beta'),
  ]
  const broker = await startTestBroker({ documents })
  const token = await provider.jwt()
  const codes = []
  for (const tenant of ['acme', 'beta', 'acme'])
    codes.push((await broker.post('/v1/credentials', token, { tenant })).status)
  expect(codes).toEqual([200, 403, 200])
})

it('uses a client certificate that was replaced, without a restart', async () => {
  const provider = await startProvider({ mutual: true })
  let passedMs = 0
  const file = path.join(makeTemporaryFolder(), 'broker.pem')
  writeFileSync(file, stranger.cert + stranger.key)
  const broker = await startTestBroker({
    documents: [documentOf('jwt', provider.url, { ca: authority.cert, secret: 'named' })],
    environment: { BROKER_SECRET_BROKER_CERT_FILE: file },
    now: () => Date.now() + passedMs,
  })
  const send = async () =>
    (await broker.post('/v1/credentials', await provider.jwt(passedMs))).status
  expect(await send()).toBe(503)
  writeFileSync(file, client.cert + client.key)
  passedMs = 300_001
  expect(await send()).toBe(200)
})

interface Tls {
  readonly ca?: string
  readonly secret?: string | undefined
}

/** @returns `issued`, or the code and the reason */
async function ask(kind: Kind, provider: Provider, tls: Tls): Promise<string> {
  const broker = await startTestBroker({
    documents: [documentOf(kind, provider.url, tls)],
    environment: {
      BROKER_SECRET_IDP: 'secret'.repeat(6),
      ...(tls.secret ? { BROKER_SECRET_BROKER_CERT: tls.secret } : {}),
    },
  })
  const token = kind === 'jwt' ? await provider.jwt() : 'opaque'
  await broker.post('/v1/credentials', token, { tenant: 'acme' })
  const { outcome, code, reason } = broker.audit.at(-1) ?? {}
  return outcome === 'issued' ? outcome : `${code} ${reason}`
}

function documentOf(kind: Kind, url: string, { ca, secret }: Tls): string {
  const verify = {
    jwt: { kind },
    introspection: { kind, url: `${url}/introspect`, clientId: 'app', clientSecret: 'idp' },
    userinfo: { kind, url: `${url}/userinfo`, singleApplication: true },
    webhook: { kind, url: `${url}/webhook`, secret: 'idp' },
  }[kind]
  const statement = {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::acme/{{user}}',
  }
  return JSON.stringify({
    tenant: 'acme',
    issuers: [
      {
        issuer: url,
        verify,
        audiences: ['app'],
        ...(kind === 'jwt' ? { member: '"acme" in claims.tenants' } : {}),
        ...(ca === undefined ? {} : { ca }),
        ...(secret === undefined ? {} : { clientCertificate: 'broker-cert' }),
      },
    ],
    attributes: { user: { from: 'claims.sub' } },
    rules: [{ name: 'all', grant: 'read' }],
    grants: {
      read: {
        role: 'arn:aws:iam::111122223333:role/acme',
        sessionName: '{{user}}',
        policy: [statement],
      },
    },
  })
}

type Provider = Awaited<ReturnType<typeof startProvider>>

async function startProvider({ mutual = false } = {}) {
  const clients: string[] = []
  const { url } = await closeAfterTests(
    startTlsServer(
      { ...server, ...(mutual ? { ca: authority.cert, requestCert: true } : {}) },
      (request, response) => {
        clients.push(nameOfClient(request))
        respond(request, response, url)
      },
    ),
  )
  const jwt = (aheadMs = 0) => {
    const now = Math.floor((Date.now() + aheadMs) / 1000)
    return new SignJWT({ sub: 'alice', tenants: ['acme', 'beta'] })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(url)
      .setAudience('app')
      .setIssuedAt(now)
      .setExpirationTime(now + 600)
      .sign(privateKey)
  }
  return { url, clients, jwt }
}

function nameOfClient({ socket }: IncomingMessage): string {
  const { subject } = (socket as TLSSocket).getPeerCertificate()
  return String(subject?.CN)
}

function respond(request: IncomingMessage, response: ServerResponse, url: string): void {
  const exp = Math.floor(Date.now() / 1000) + 600
  const bodies: Record<string, object> = {
    '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/jwks` },
    '/jwks': { keys: [jwk] },
    '/introspect': { active: true, sub: 'alice', client_id: 'app', exp },
    '/userinfo': { sub: 'alice' },
    '/webhook': { user: 'alice', maxValiditySeconds: 3600, claims: {} },
  }
  request.resume()
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify(bodies[request.url ?? ''] ?? {}))
}
