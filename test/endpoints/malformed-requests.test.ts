/** Requests that callers write wrong: what each endpoint says, and that no token is in a log. */
import { describe, expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'
import { poolClient } from '../fixtures/pool-broker.ts'

const broker = await startTestBroker()
const CANARY = 'eyJhbGciOiJSUzI1NiJ9.CANARY.CANARY'
const JSON_TYPE = { 'content-type': 'application/json' }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const CONTAINER = '/v1/tenants/acme/grants/read/credentials'
const POOL = 'eu-central-1:00000000-0000-4000-8000-00000000000a'

describe.each([
  ['POST', '/v1/credentials', JSON_TYPE, '{}'],
  ['POST', '/v1/explain', JSON_TYPE, '{}'],
  ['POST', '/v1/token', FORM, 'grant_type=x'],
  ['POST', '/sts', FORM, 'Action=AssumeRoleWithWebIdentity'],
  ['GET', CONTAINER, {}, ''],
  ['POST', `/cognito/${POOL}`, { 'content-type': 'application/x-amz-json-1.1' }, '{}'],
])('%s %s', (method, path, headers, text) => {
  it.each([
    `access_token=${CANARY}`,
    `x=1&token=${CANARY}`,
    `id_token=${CANARY}`,
    `WebIdentityToken=${CANARY}`,
    `anything=${CANARY}`,
    'access_token=CANARY-opaque',
  ])('refuses a token in the query: %s', async (query) => {
    const body = text === '' ? undefined : Buffer.from(text)
    const response = await broker.send({ method, path, query, headers, body })
    const explained = path === '/v1/explain'
    expect(response.status).toBe(explained ? 200 : 400)
    expect(response.body).toContain('The URL has a token in its query')
    expect(broker.audit.at(-1)).toMatchObject({
      code: 'invalid_request',
      reason: expect.stringContaining('revoke this one'),
    })
    expect(response.body + broker.auditText.at(-1)).not.toContain('CANARY')
  })
})

it('reads other parameters of a query as before', async () => {
  const authorization = await broker.token()
  const get = (query: string) =>
    broker.send({ method: 'GET', path: CONTAINER, query, headers: { authorization } })
  expect((await get('issuer=https%3A%2F%2Fid.example')).body).not.toContain('in its query')
  expect((await get('')).status).toBe(200)
  expect((await get('access_token=')).body).not.toContain('in its query')
})

it.each([
  ['{"tenant": "acme",}', 'The body is not JSON at line 1, column 19; send one JSON object.'],
  ['{"tenant":\n "acme" "x"}', 'The body is not JSON at line 2, column 9; send one JSON object.'],
  ['{"tenant"', expect.stringMatching(/^The body is not JSON at line 1, column 10; send/)],
  ['{', expect.stringMatching(/^The body is not JSON.*; send one JSON object\.$/)],
  ['{"tenat":"acme"}', expect.stringContaining('unknown field tenat; did you mean tenant? known')],
  ['{"duration":900}', expect.stringContaining('the unknown field duration; known are token')],
  ['{"DurationSeconds":900}', expect.stringContaining('; did you mean durationSeconds? known')],
  [`{"${CANARY}":1}`, expect.stringContaining('the unknown field another text; known are')],
])('says where a body is wrong: %s', async (body, detail) => {
  const response = await broker.post('/v1/credentials', await broker.token(), body)
  expect(JSON.parse(response.body)).toMatchObject({ status: 400, code: 'invalid_request', detail })
  expect(response.body + broker.auditText.at(-1)).not.toContain('CANARY')
})

it('says which content type, method and length each endpoint accepts', async () => {
  const token = await broker.token()
  const body = async (path: string, type: string, text = '{}') =>
    (await broker.post(path, token, text, { 'content-type': type })).body
  const expected = 'Send the body with Content-Type: '
  expect(await body('/v1/credentials', 'text/plain')).toContain(`${expected}application/json; f`)
  for (const path of ['/v1/token', '/sts'])
    expect(await body(path, 'application/json')).toContain(
      `${expected}application/x-www-form-urlencoded; found application/json.`,
    )
  const pool = await poolClient(broker).call('GetId', '{}', { 'content-type': 'text/plain' }, POOL)
  expect(pool.body).toContain(`${expected}application/x-amz-json-1.1`)
  expect(await body('/v1/credentials', 'application/json', ' '.repeat(163_841))).toContain(
    'The body is longer than 163840 bytes.',
  )
  for (const [path, method] of [
    ['/v1/credentials', 'POST'],
    ['/sts', 'POST'],
    [CONTAINER, 'GET'],
  ] as const) {
    const response = await broker.send({ method: 'PUT', path })
    expect([response.status, response.body]).toEqual([
      405,
      expect.stringContaining(`does not accept the method PUT; it accepts ${method}.`),
    ])
  }
})
