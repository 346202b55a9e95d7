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
  ['an actor', { actor_token: 'x' }],
  ['a resource', { resource: 'https://s3.example' }],
  ['another token type', { requested_token_type: 'urn:ietf:params:oauth:token-type:access_token' }],
  ['an unknown scope', { scope: 'openid' }],
  ['two grants', { scope: 'grant:read grant:write' }],
])('refuses %s', async (_name, fields) => {
  const { status, json } = await exchange(fields)
  expect([status, json.error, json.code]).toEqual([400, 'invalid_request', 'invalid_request'])
})

it('says what was found, and repeats nothing that could be a token', async () => {
  const { json } = await exchange({ grant_type: 'client_credentials' })
  expect(json.error_description).toContain('; found client_credentials.')
  const opaque = 'gho_16C7e42F292c6912E7710c838347Ae178B4a'
  for (const field of ['grant_type', 'subject_token_type', 'requested_token_type', 'scope']) {
    const refused = await exchange({ [field]: opaque })
    expect(refused.json.error_description).toMatch(/found another text\./i)
    expect(JSON.stringify(refused.json) + JSON.stringify(broker.audit.at(-1))).not.toContain(opaque)
  }
})

const DETAILS = 'urn:token-broker:authorization-details:session-policy'
const policyOf = (Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }],
})

it('narrows to the policy of authorization_details (RFC 9396), and returns it', async () => {
  const details = [{ type: DETAILS, policy: policyOf('arn:aws:s3:::acme/alice/2026/*') }]
  const { status, json } = await exchange({ authorization_details: JSON.stringify(details) })
  expect(status).toBe(200)
  expect(json.authorization_details).toEqual(details)
  expect(JSON.parse(broker.sts.calls.at(-1)?.get('Policy') ?? '')).toEqual(details[0]?.policy)
  expect((await exchange({})).json).not.toHaveProperty('authorization_details')
})

it('refuses a policy that is wider than the grant', async () => {
  const details = [{ type: DETAILS, policy: policyOf('arn:aws:s3:::acme/*') }]
  const { status, json } = await exchange({ authorization_details: JSON.stringify(details) })
  expect([status, json.error, json.code]).toEqual([400, 'invalid_target', 'access_denied'])
  expect(json.error_description).toContain('Statement 1 of the session policy allows more')
})

it.each([
  ['empty text', ''],
  ['no JSON', '[{'],
  ['an object', '{}'],
  ['two lists', '[],"x":[]'],
  ['no object', '[]'],
  ['a text', '["x"]'],
  ['two objects', JSON.stringify([1, 2].map(() => ({ type: DETAILS, policy: policyOf('*') })))],
  ['another type', JSON.stringify([{ type: 'payment', policy: policyOf('*') }])],
  ['no type', JSON.stringify([{ policy: policyOf('*') }])],
  ['another member', JSON.stringify([{ type: DETAILS, policy: policyOf('*'), actions: [] }])],
  ['no policy', JSON.stringify([{ type: DETAILS }])],
  [
    'a policy in a text',
    JSON.stringify([{ type: DETAILS, policy: JSON.stringify(policyOf('*')) }]),
  ],
  ['a policy without a statement', JSON.stringify([{ type: DETAILS, policy: {} }])],
  [
    'a duplicate name',
    `[{"type":"${DETAILS}","policy":{},"policy":${JSON.stringify(policyOf('*'))}}]`,
  ],
  ['a number that is not exact', `[{"type":"${DETAILS}","policy":{"Version":9007199254740993}}]`],
])('refuses authorization_details with %s', async (_name, details) => {
  const { status, json } = await exchange({ authorization_details: details })
  expect([status, json.error, json.code]).toEqual([
    400,
    'invalid_authorization_details',
    'invalid_request',
  ])
  expect(json.error_description).toMatch(/^authorization_details /)
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
