/** The OAuth 2.0 token exchange endpoint (RFC 8693): its response, and malformed requests. */
import { expect, it } from 'vitest'
import { SECRET_ACCESS_KEY, SESSION_TOKEN, startTestBroker } from '../fixtures/index.ts'

const broker = await startTestBroker()

it('responds as RFC 8693 §2.2.1 says, with the credentials as the issued token', async () => {
  const { status, json } = await exchange({ audience: 'acme', scope: 'grant:read statement:Read' })
  expect(status).toBe(200)
  expect(json).toMatchObject({
    issued_token_type: 'urn:token-broker:token-type:aws-credentials',
    token_type: 'N_A',
    scope: 'grant:read',
    aws_secret_access_key: SECRET_ACCESS_KEY,
  })
  expect(JSON.parse(json.access_token)).toMatchObject({ Version: 1, SessionToken: SESSION_TOKEN })
  expect(json.expires_in).toBeGreaterThan(0)
})

it.each([
  ['another grant type', { grant_type: 'client_credentials' }],
  ['no subject token type', { subject_token_type: undefined }],
  ['a SAML token', { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }],
  ['an actor', { actor_token: 'x' }],
  ['a resource', { resource: 'https://s3.example' }],
  ['another token type', { requested_token_type: 'urn:ietf:params:oauth:token-type:access_token' }],
  ['an unknown scope', { scope: 'openid' }],
  ['two grants', { scope: 'grant:read grant:write' }],
])('refuses %s', async (_name, fields) => {
  const { status, json } = await exchange(fields)
  expect([status, json.error, json.code]).toEqual([400, 'invalid_request', 'invalid_request'])
})

async function exchange(fields: Record<string, string | undefined>) {
  const { status, body } = await broker.postForm('/v1/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    subject_token: await broker.token(),
    ...fields,
  })
  return { status, json: JSON.parse(body) }
}
