/** What no route answers: it leaves its record too, since the caller is told a request id. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'

let broker: TestBroker
beforeAll(async () => {
  const documents = [tenantDocument('acme', 'http://127.0.0.1:1')]
  broker = await startBroker({ documents, stsEndpoint: 'http://127.0.0.1:1' })
})
afterEach(() => broker.failAudit(false))
afterAll(() => broker.close())

it.each([
  ['GET', '/nowhere', 404, undefined],
  ['POST', '/v1/credentials/', 404, undefined],
  ['GET', '__proto__', 404, undefined],
  ['DELETE', '/v1/credentials', 405, 'POST'],
  ['POST', '/.well-known/jwks.json', 405, 'GET'],
])('%s %s is answered with %i, and recorded', async (method, path, status, allow) => {
  const before = broker.audit.length
  const answer = await ask(method, path)
  const { requestId, ...told } = JSON.parse(answer.body)
  expect([answer.status, answer.headers.allow, told.status, told.code]).toEqual([
    status,
    allow,
    status,
    'invalid_request',
  ])
  expect(broker.audit.slice(before)).toEqual([
    {
      time: expect.any(String),
      requestId,
      endpoint: 'none',
      outcome: 'refused',
      code: 'invalid_request',
      reason: told.detail,
      clientIp: '203.0.113.7',
      durationsMs: {},
    },
  ])
})

it('fails where the record cannot be written', async () => {
  broker.failAudit(true)
  for (const path of ['/nowhere', '/v1/explain']) {
    const { status, body } = await ask('POST', path)
    expect([status, JSON.parse(body).code]).toEqual([500, 'internal'])
  }
})

function ask(method: string, path: string) {
  const signal = AbortSignal.timeout(15_000)
  return broker.app({ method, path, headers: {}, body: undefined, clientIp: '203.0.113.7', signal })
}
