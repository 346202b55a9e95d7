/** The basic flow: token exchange gives out the minted web identity token, and the client calls STS with it itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Runtime, startRuntime } from '../../packages/local/src/runtime.ts'
import { startBroker, type TestBroker } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const ROLE = 'arn:aws:iam::111122223333:role/'
const seconds = () => Math.floor(Date.now() / 1000)

let issuer: TestIssuer
let runtime: Runtime
let broker: TestBroker
let keyless: TestBroker
const folder = mkdtempSync(path.join(tmpdir(), 'tenants-'))

const documentOf = (url: string) => `
tenant: acme
issuers: [{ issuer: '${url}', audiences: [acme-app] }]
attributes: { user: { from: claims.sub }, team: { from: claims.team } }
rules:
  - { name: basic, when: 'claims.sub != "mallory"', grant: basic }
  - { name: narrowed, grant: narrowed }
  - { name: direct, grant: direct }
grants:
  basic: { role: '${ROLE}basic', releasedAudience: acme-released, sessionTags: { team: '{{team}}' }, sourceIdentity: '{{user}}' }
  narrowed: { role: '${ROLE}narrowed' }
  direct: { role: '${ROLE}narrowed', webIdentity: pass-through }
`

beforeAll(async () => {
  issuer = await startIssuer()
  const documents = [documentOf(issuer.url)]
  writeFileSync(path.join(folder, 'acme.yaml'), documentOf(issuer.url))
  runtime = await startRuntime({
    brokerPort: 0,
    idpPort: 0,
    stsPort: 0,
    noIdp: true,
    tenantsDir: folder,
  })
  broker = await startBroker({ documents, stsEndpoint: runtime.stsUrl })
  keyless = await startBroker({
    documents,
    stsEndpoint: runtime.stsUrl,
    environment: { BROKER_SIGNING_KEY: undefined },
  })
})
afterAll(async () => {
  broker.close()
  keyless.close()
  await Promise.all([runtime.close(), issuer.close()])
  rmSync(folder, { recursive: true })
})

const subjectToken = (more: object = {}) =>
  issuer.sign({
    iss: issuer.url,
    sub: 'alice',
    team: 'red',
    aud: 'acme-app',
    iat: seconds(),
    exp: seconds() + 600,
    ...more,
  })
const form = (subject: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: JWT,
    subject_token: subject,
    ...more,
  })
const release = async (more?: Record<string, string>) => {
  const response = await fetch(`${runtime.brokerUrl}/v1/token`, {
    method: 'POST',
    body: form(await subjectToken(), more),
  })
  return JSON.parse(await response.text())
}
const assume = (role: string, WebIdentityToken: string) =>
  new STSClient({ region: 'eu-west-1', endpoint: runtime.stsUrl }).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: ROLE + role,
      RoleSessionName: 'of-my-own',
      WebIdentityToken,
    }),
  )

it('gives the minted token, which an unmodified SDK takes to STS', async () => {
  const answer = await release()
  expect(answer).toMatchObject({
    issued_token_type: JWT,
    token_type: 'N_A',
    expires_in: 300,
    scope: 'grant:basic',
  })
  const claims = decodeJwt(answer.access_token)
  expect(claims).toMatchObject({
    aud: 'acme-released',
    sub: expect.stringMatching(/^acme\/[\w-]{43}$/),
    'https://aws.amazon.com/tags': { principal_tags: { team: ['red'] } },
    'https://aws.amazon.com/source_identity': expect.stringMatching(/^alice/),
  })
  const { Credentials } = await assume('basic', answer.access_token)
  expect(Credentials?.AccessKeyId).toMatch(/^ASIA/)
})

it('is taken by no role that does not name its audience, so that no session policy is evaded', async () => {
  const { access_token } = await release()
  await expect(assume('narrowed', access_token)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it.each([['narrowed'], ['direct']])(
  'is refused for the grant %s, which does not release it',
  async (grant) => {
    expect(await release({ scope: `grant:${grant}` })).toMatchObject({
      error: 'invalid_target',
      code: 'access_denied',
    })
  },
)

const post = async (at: TestBroker, more: Record<string, string> = {}, claims: object = {}) => {
  const { status, body } = await at.post(
    '/v1/token',
    undefined,
    form(await subjectToken(claims), more).toString(),
    {
      'content-type': 'application/x-www-form-urlencoded',
    },
  )
  return { status, json: JSON.parse(body), record: at.audit.at(-1) }
}

it.each<[string, number, string, () => ReturnType<typeof post>]>([
  [
    'invalid_request',
    400,
    'invalid_request',
    () => post(broker, { scope: 'grant:basic statement:Read' }),
  ],
  ['invalid_token', 400, 'invalid_request', () => post(broker, { subject_token: 'not-a-token' })],
  [
    'issuer_untrusted',
    400,
    'invalid_request',
    () => post(broker, {}, { iss: 'https://unknown.example' }),
  ],
  ['token_expired', 400, 'invalid_request', () => post(broker, {}, { exp: seconds() - 60 })],
  ['access_denied', 400, 'invalid_target', () => post(broker, {}, { sub: 'mallory' })],
  ['claim_unusable', 400, 'invalid_target', () => post(broker, {}, { team: '*' })],
  ['config_invalid', 500, 'server_error', () => post(keyless)],
])('%s is %i %s, and audited', async (code, status, error, provoke) => {
  const refused = await provoke()
  expect([refused.status, refused.json.error, refused.json.code]).toEqual([status, error, code])
  expect(refused.record).toMatchObject({ endpoint: 'token-exchange', code })
})

it('leaves a record that tells the audience, and holds neither token', async () => {
  const { json, record } = await post(broker)
  expect(record).toMatchObject({
    outcome: 'issued',
    grant: 'basic',
    releasedAudience: 'acme-released',
  })
  for (const unset of ['accessKeyId', 'policySha256', 'roleSessionName'])
    expect(record).not.toHaveProperty(unset)
  expect(broker.auditText.join('')).not.toContain(json.access_token.split('.')[2])
})

it('is not given out where its record cannot be written', async () => {
  broker.failAudit(true)
  const { body } = await broker.post(
    '/v1/token',
    undefined,
    form(await subjectToken()).toString(),
    {
      'content-type': 'application/x-www-form-urlencoded',
    },
  )
  broker.failAudit(false)
  expect(JSON.parse(body)).toMatchObject({ error: 'server_error', code: 'internal' })
})
