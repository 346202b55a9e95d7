/**
 * `node warm-up.ts INDEX true|false`: sends requests to a built broker, with upstreams of its own,
 * and writes beside it the V8 code caches of all functions that have run.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileTenants, tenantsFile } from '@token-broker/core/document'
import { cacheFileOf } from './code-files.ts'
import type { App } from './src/http.ts'

const CREDENTIALS = `<AssumeRoleWithWebIdentityResponse>
  <AssumeRoleWithWebIdentityResult>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::111122223333:assumed-role/app/session</Arn>
      <AssumedRoleId>AROAEXAMPLE:session</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLEEXAMPLE00</AccessKeyId>
      <SecretAccessKey>example</SecretAccessKey>
      <SessionToken>example</SessionToken>
      <Expiration>2100-01-01T00:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`

/** Without a signature. */
const SAML_RESPONSE = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
  xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0">
  <saml:Issuer>https://id.example</saml:Issuer>
  <saml:Assertion ID="_2" Version="2.0"><saml:Issuer>https://id.example</saml:Issuer>
  </saml:Assertion>
</samlp:Response>`

type Settings = Readonly<Record<string, string>>

const [, , index = '', exposesGc] = process.argv
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'warm-up', alg: 'RS256', use: 'sig' }

/** As long as one of RSA; nobody verifies it. */
const SIGNATURE = Buffer.alloc(256).toString('base64')
const server = createServer((request, response) => {
  const issuer = `http://${request.headers.host}`
  request.resume().on('end', () => {
    const target = request.headers['x-amz-target']
    if (typeof target === 'string')
      response
        .setHeader('content-type', 'application/x-amz-json-1.0')
        .end(JSON.stringify(target.endsWith('.Sign') ? { Signature: SIGNATURE } : {}))
    else if (request.method === 'POST')
      response.setHeader('content-type', 'text/xml').end(CREDENTIALS)
    else
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks`, keys: [jwk] }))
  })
})
const folder = mkdtempSync(path.join(tmpdir(), 'warm-up-'))
try {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  Object.assign(process.env, environmentOf(issuer))
  const { handler, createBroker, createCodeCaches } = await import(pathToFileURL(index).href)
  const context = { getRemainingTimeInMillis: () => 10_000 }
  for (const [status, event] of eventsOf(issuer)) {
    const { statusCode, body } = await handler(event, context)
    if (statusCode !== status) throw new Error(`expected ${status}, found ${statusCode}: ${body}`)
  }
  await useServices(createBroker(withServices(environmentOf(issuer), issuer)), issuer)
  for (const [name, cache] of createCodeCaches())
    writeFileSync(path.join(path.dirname(index), cacheFileOf(name, exposesGc === 'true')), cache)
} finally {
  rmSync(folder, { recursive: true })
}
process.exit()

function environmentOf(issuer: string): Settings {
  const tenants = path.join(folder, 'tenants.jsonl')
  writeFileSync(tenants, tenantsFile(compileTenants([documentOf(issuer)]).tenants))
  return {
    AWS_REGION: 'eu-west-1',
    BROKER_LOCAL: '1',
    BROKER_ISSUER: 'https://broker.example',
    BROKER_SESSION_NAME_KEY: 'a key of 32 characters, for one run',
    BROKER_STS_ENDPOINT: issuer,
    BROKER_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    BROKER_TENANTS_FILE: tenants,
  }
}

/** A deployment signs with KMS, and most have a table of tenants. */
function withServices({ BROKER_SIGNING_KEY: _, ...settings }: Settings, url: string): Settings {
  return {
    ...settings,
    ...{ AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' },
    ...{ AWS_SESSION_TOKEN: 'example', BROKER_KMS_ENDPOINT: url, BROKER_DYNAMODB_ENDPOINT: url },
    BROKER_KMS_SIGNING_KEY: 'arn:aws:kms:eu-west-1:111122223333:key/warm-up',
    BROKER_TENANTS_TABLE: 'tenants',
  }
}

/** Signs with KMS, looks up an issuer in the table, and reads a SAML response that is refused. */
async function useServices(app: App, issuer: string): Promise<void> {
  const { signal } = new AbortController()
  const send = async (expected: number, headers: Record<string, string>, body: object) => {
    const { status, body: text } = await app({
      ...{ method: 'POST', path: '/v1/credentials', clientIp: '203.0.113.7' },
      headers: { 'content-type': 'application/json', ...headers },
      body: Buffer.from(JSON.stringify(body)),
      ...{ signal, recordSignal: signal },
    })
    if (status !== expected) throw new Error(`expected ${expected}, found ${status}: ${text}`)
  }
  const bearer = (iss: string) => ({ authorization: `Bearer ${tokenOf(iss)}` })
  await send(200, bearer(issuer), { grant: 'minted' })
  await send(401, bearer('https://id.example'), {})
  const token = Buffer.from(SAML_RESPONSE).toString('base64')
  await send(401, {}, { token, tokenType: 'saml2' })
}

function documentOf(issuer: string) {
  const grant = (webIdentity: string) => ({
    role: 'arn:aws:iam::111122223333:role/app',
    webIdentity,
    sessionName: '{{user}}',
    policy: [
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::data/{{user}}/*' },
    ],
  })
  const rule = (name: string) => ({ name, when: '"staff" in claims.groups', grant: name })
  const document = {
    tenant: 'acme',
    issuers: [{ issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: ['app'] }],
    attributes: { user: { from: 'claims.sub', pattern: '[a-z]{1,32}' } },
    rules: [rule('pass-through'), rule('minted')],
    grants: { 'pass-through': grant('pass-through'), minted: grant('minted') },
  }
  return { file: 'acme.json', text: JSON.stringify(document) }
}

/** The commonest requests, each with the status that is expected. */
function eventsOf(issuer: string): readonly [status: number, event: object][] {
  const token = tokenOf(issuer)
  const [authorization, json] = [`Bearer ${token}`, 'application/json']
  const post = (headers: object, body: string, rawPath = '/v1/credentials') => ({
    ...{ version: '2.0', rawPath, rawQueryString: '', headers, body, isBase64Encoded: false },
    requestContext: { http: { method: 'POST', sourceIp: '203.0.113.7' }, stage: '$default' },
  })
  const native = (body: object) =>
    post({ authorization, 'content-type': json }, JSON.stringify(body))
  return [
    [200, native({})],
    [200, native({ grant: 'minted' })],
    [403, native({ grant: 'other' })],
  ]
}

function tokenOf(iss: string): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss, aud: 'app', sub: 'alice', groups: ['staff'], iat: now, exp: now + 600 }
  const input = [{ alg: 'RS256', kid: jwk.kid }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
}
