/**
 * A process that replaces the identity provider and STS. It responds at once, so that only the work
 * of the handler is measured. `STS_DELAY_MS` delays the responses of STS.
 */
import {
  createHash,
  generateKeyPairSync,
  hash,
  type JsonWebKey,
  sign,
  X509Certificate,
} from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { selfSignedCertificate } from '../../../packages/local/src/self-signed-certificate.ts'
import { singleCertificateMetadata } from '../../fixtures/assertion-issuer.ts'
import { signedResponse } from '../../fixtures/signed-response.ts'
import { STUB_SESSION } from '../workloads/stub-session.ts'

/** What the stub sends to its parent when it is ready. */
export interface Stub {
  readonly origin: string
  /** Different tokens of one issuer, so that no handler can respond from a cache. */
  readonly tokens: readonly string[]
  /** Tokens of the same users, bound to {@link boundKey} by `cnf.jkt`. */
  readonly boundTokens: readonly string[]
  /** A private key of P-256. */
  readonly boundKey: JsonWebKey
  /** Tokens of the same users, bound to {@link clientCertificate} by `cnf["x5t#S256"]`. */
  readonly certificateTokens: readonly string[]
  /** In PEM. */
  readonly clientCertificate: string
  /** SAML responses about the same users, for the recipient {@link origin}, in base64. */
  readonly samlTokens: readonly string[]
}

const TOKENS = 128
const STS_DELAY_MS = Number(process.env.STS_DELAY_MS ?? 0)
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwks = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }],
})
const BOUND_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  format: 'jwk',
})
const { crv, kty, x, y } = BOUND_KEY
const BOUND_JKT = hash('sha256', JSON.stringify({ crv, kty, x, y }), 'base64url')
const certificateDer = selfSignedCertificate(privateKey, 'bench')
const certificate = certificateDer.toString('base64')
const CERTIFICATE_DIGEST = createHash('sha256').update(certificateDer).digest('base64url')
const expiration = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z')
const stsResponse = `<AssumeRoleWithWebIdentityResponse
  xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>user</SubjectFromWebIdentityToken>
    <Audience>bench</Audience>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::111122223333:assumed-role/acme-app/session</Arn>
      <AssumedRoleId>AROACLKWSDQRAOEXAMPLE:session</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${STUB_SESSION.accessKeyId}</AccessKeyId>
      <SecretAccessKey>${STUB_SESSION.secretAccessKey}</SecretAccessKey>
      <SessionToken>${STUB_SESSION.sessionToken}</SessionToken>
      <Expiration>${expiration}</Expiration>
    </Credentials>
    <PackedPolicySize>12</PackedPolicySize>
    <SessionTokenUtilization>12</SessionTokenUtilization>
    <SessionTokenSize>1187</SessionTokenSize>
    <Provider>bench</Provider>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    const issuer = `http://${request.headers.host}`
    if (request.method === 'POST') {
      response.setHeader('content-type', 'text/xml')
      if (STS_DELAY_MS > 0) setTimeout(() => response.end(stsResponse), STS_DELAY_MS)
      else response.end(stsResponse)
    } else if (request.url === '/metadata')
      response.end(singleCertificateMetadata(`${issuer}/metadata`, certificate))
    else if (request.url === '/jwks')
      response.setHeader('content-type', 'application/json').end(jwks)
    else {
      const metadata = { issuer, jwks_uri: `${issuer}/jwks` }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata))
    }
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const users = Array.from({ length: TOKENS }, (_, index) => `user-${index}`)
  const tokens = users.map((user) => tokenOf(origin, user))
  const boundTokens = users.map((user) => tokenOf(origin, user, { cnf: { jkt: BOUND_JKT } }))
  const ofCertificate = { cnf: { 'x5t#S256': CERTIFICATE_DIGEST } }
  const certificates = {
    certificateTokens: users.map((user) => tokenOf(origin, user, ofCertificate)),
    clientCertificate: new X509Certificate(certificateDer).toString(),
  }
  const samlTokens = users.map((user) => samlTokenOf(origin, user))
  const jwts = { tokens, boundTokens, boundKey: BOUND_KEY }
  process.send?.({
    ...{ origin, ...jwts, ...certificates, samlTokens },
  } satisfies Stub)
})
process.once('disconnect', () => process.exit())

function claimsOf(issuer: string, subject: string) {
  const now = Math.floor(Date.now() / 1000)
  return {
    ...{
      iss: issuer,
      aud: 'bench',
      sub: subject,
      iat: now,
      exp: now + 36_000,
      jti: `jti-${subject}`,
    },
    ...{
      team: 'red',
      groups: ['everyone', 'support'],
      email: `${subject}@acme.example`,
      email_verified: true,
    },
  }
}

function tokenOf(issuer: string, subject: string, more: object = {}): string {
  const claims = { ...claimsOf(issuer, subject), ...more }
  const input = [{ alg: 'RS256', kid: 'bench', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
}

function samlTokenOf(origin: string, subject: string): string {
  const { team, groups, email } = claimsOf(origin, subject)
  const xml = signedResponse(
    {
      ...{ issuer: `${origin}/metadata`, nameId: subject, audience: 'bench', recipient: origin },
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      ...{ issuedAtMs: Date.now(), lifetimeSeconds: 36_000 },
      attributes: { team: [team], groups, email: [email] },
    },
    privateKey,
  )
  return Buffer.from(xml).toString('base64')
}
