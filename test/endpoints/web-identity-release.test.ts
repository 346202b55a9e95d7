/** The basic flow: the client gets the minted web identity token and calls STS with it itself. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { startRuntime } from '../../packages/local/src/runtime.ts'
import { closeAfterTests, makeTemporaryFolder, startTestBroker } from '../fixtures/index.ts'

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const DETAILS = JSON.stringify([
  {
    type: 'urn:token-broker:authorization-details:session-policy',
    policy: { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } },
  },
])
const ROLE = 'arn:aws:iam::111122223333:role/'
const { broker, keyless, runtime } = await startBrokers()

it('releases the minted token, which an unmodified SDK sends to STS', async () => {
  const released = await release()
  expect(released).toMatchObject({
    issued_token_type: JWT,
    token_type: 'N_A',
    expires_in: 300,
    scope: 'grant:basic',
  })
  const claims = decodeJwt(released.access_token)
  expect(claims).toMatchObject({
    aud: 'acme-released',
    sub: expect.stringMatching(/^acme\/basic\/[\w-]{43}$/),
    'https://aws.amazon.com/tags': { principal_tags: { team: ['red'] } },
    'https://aws.amazon.com/source_identity': expect.stringMatching(/^alice/),
  })
  const { Credentials } = await assume('basic', released.access_token)
  expect(Credentials?.AccessKeyId).toMatch(/^ASIA/)
})

it('releases a token that other roles refuse, so that no session policy is evaded', async () => {
  const { access_token } = await release()
  await expect(assume('narrowed', access_token)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it.each([['narrowed'], ['direct']])(
  'refuses the grant %s, whose document does not allow it',
  async (grant) => {
    expect(await release({ scope: `grant:${grant}` })).toMatchObject({
      error: 'invalid_target',
      code: 'access_denied',
    })
  },
)

it.each<[string, number, string, () => ReturnType<typeof post>]>([
  [
    'invalid_request',
    400,
    'invalid_request',
    () => post(broker, { scope: 'grant:basic statement:Read' }),
  ],
  [
    'invalid_request',
    400,
    'invalid_request',
    () => post(broker, { scope: 'grant:basic', authorization_details: DETAILS }),
  ],
  ['invalid_token', 400, 'invalid_request', () => post(broker, { subject_token: 'not-a-token' })],
  [
    'issuer_untrusted',
    400,
    'invalid_request',
    () => post(broker, {}, { iss: 'https://unknown.example' }),
  ],
  [
    'token_expired',
    400,
    'invalid_request',
    () => post(broker, {}, { exp: Math.floor(Date.now() / 1000) - 60 }),
  ],
  ['access_denied', 400, 'invalid_target', () => post(broker, {}, { sub: 'mallory' })],
  ['claim_unusable', 400, 'invalid_target', () => post(broker, {}, { team: '*' })],
  ['config_invalid', 500, 'server_error', () => post(keyless)],
])('%s is %i %s, and is recorded', async (code, status, error, provoke) => {
  const refused = await provoke()
  expect([refused.status, refused.json.error, refused.json.code]).toEqual([status, error, code])
  expect(refused.record).toMatchObject({ endpoint: 'token-exchange', code })
})

it('records the audience, and neither of the tokens', async () => {
  const { json, record } = await post(broker)
  expect(record).toMatchObject({
    outcome: 'issued',
    grant: 'basic',
    releasedAudience: 'acme-released',
  })
  for (const unset of ['accessKeyId', 'policySha256', 'roleSessionName'])
    expect(record).not.toHaveProperty(unset)
  const text = broker.auditText.join('')
  expect(text).not.toContain(json.access_token.split('.')[2])
  expect(text).not.toContain('eyJ')
})

it('releases nothing if the record cannot be written', async () => {
  broker.failAudit(true)
  const { json } = await post(broker)
  broker.failAudit(false)
  expect(json).toMatchObject({ error: 'server_error', code: 'internal' })
})

/** A broker, one without a signing key, and a local runtime whose STS they use. */
async function startBrokers() {
  const documentOf = (issuer: string) => `
tenant: acme
issuers: [{ issuer: '${issuer}', audiences: [acme-app] }]
attributes: { user: { from: claims.sub }, team: { from: claims.team } }
rules:
  - { name: basic, when: 'claims.sub != "mallory"', grant: basic }
  - { name: narrowed, grant: narrowed }
  - { name: direct, grant: direct }
grants:
  basic:
    role: '${ROLE}basic'
    releasedAudience: acme-released
    sessionTags: { team: '{{team}}' }
    sourceIdentity: '{{user}}'
  narrowed: { role: '${ROLE}narrowed' }
  direct: { role: '${ROLE}narrowed', webIdentity: pass-through }
`
  const { issuer } = await startTestBroker()
  const documents = [documentOf(issuer.url)]
  const tenantsDir = makeTemporaryFolder()
  writeFileSync(path.join(tenantsDir, 'acme.yaml'), documentOf(issuer.url))
  const ports = { brokerPort: 0, idpPort: 0, stsPort: 0 }
  const runtime = await closeAfterTests(startRuntime({ ...ports, noIdp: true, tenantsDir }))
  const environment = { BROKER_STS_ENDPOINT: runtime.stsUrl }
  return {
    runtime,
    broker: await startTestBroker({ documents, issuer, environment }),
    keyless: await startTestBroker({
      ...{ documents, issuer },
      environment: { ...environment, BROKER_SIGNING_KEY: undefined },
    }),
  }
}

async function exchangeFields(more: Record<string, string>, claims: object = {}) {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: JWT,
    subject_token: await broker.token({ team: 'red', ...claims }),
    ...more,
  }
}

async function post(at = broker, more: Record<string, string> = {}, claims: object = {}) {
  const { status, body } = await at.postForm('/v1/token', await exchangeFields(more, claims))
  return { status, json: JSON.parse(body), record: at.audit.at(-1) }
}

/** Over HTTP, from the local runtime, whose issuer its STS trusts. */
async function release(more: Record<string, string> = {}) {
  const response = await fetch(`${runtime.brokerUrl}/v1/token`, {
    method: 'POST',
    body: new URLSearchParams(await exchangeFields(more)),
  })
  return JSON.parse(await response.text())
}

function assume(role: string, WebIdentityToken: string) {
  return new STSClient({ region: 'eu-west-1', endpoint: runtime.stsUrl }).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: ROLE + role,
      RoleSessionName: 'of-my-own',
      WebIdentityToken,
    }),
  )
}
