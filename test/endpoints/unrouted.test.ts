/** Requests that no route accepts are recorded too, because the caller gets a request id. */
import { afterEach, expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'

const { audit, failAudit, send } = await startTestBroker()
afterEach(() => failAudit(false))

it.each([
  ['GET', '/nowhere', 404, undefined],
  ['POST', '/v1/credentials/', 404, undefined],
  ['GET', '__proto__', 404, undefined],
  ['DELETE', '/v1/credentials', 405, 'POST'],
  ['POST', '/.well-known/jwks.json', 405, 'GET'],
])('%s %s gets %i, and is recorded', async (method, path, status, allow) => {
  const before = audit.length
  const response = await send({ method, path })
  const { requestId, ...problem } = JSON.parse(response.body)
  expect([response.status, response.headers.allow, problem.status, problem.code]).toEqual([
    status,
    allow,
    status,
    'invalid_request',
  ])
  expect(audit.slice(before)).toEqual([
    {
      time: expect.any(String),
      requestId,
      endpoint: 'none',
      outcome: 'refused',
      code: 'invalid_request',
      reason: problem.detail,
      clientIp: '203.0.113.7',
      durationsMs: {},
    },
  ])
})

it.each([
  ['POST', '/v1/credentials/', 'There is no route /v1/credentials/; did you mean /v1/credentials?'],
  ['GET', '/v1/credentials', 'The route does not accept the method GET; it accepts POST.'],
])('says what is wrong: %s %s', async (method, path, detail) => {
  const { body } = await send({ method, path })
  expect(JSON.parse(body)).toMatchObject({ detail })
})

it('never repeats a path that is not similar to a route, which may contain a token', async () => {
  const { body } = await send({
    method: 'POST',
    path: '/v1/credentials/eyJhbGciOiJSUzI1NiJ9.e30.x',
  })
  expect(JSON.parse(body).detail).toMatch(/^There is no such route; the routes are .*\/v1\/cred/)
  expect(JSON.stringify(audit.at(-1)) + body).not.toContain('eyJ')
})

it('gets an internal error if the record cannot be written', async () => {
  failAudit(true)
  for (const path of ['/nowhere', '/v1/explain']) {
    const { status, body } = await send({ method: 'POST', path })
    expect([status, JSON.parse(body).code]).toEqual([500, 'internal'])
  }
})
