/** An audit log that confirms nothing: no request waits for it beyond its deadline. */
import { afterEach, describe, expect, it } from 'vitest'
import { serveApiGateway } from '../../packages/functions/src/lambda/api-gateway.ts'
import { gatewayEvent } from '../fixtures/gateway-events.ts'
import { SECRET_ACCESS_KEY, startTestBroker } from '../fixtures/index.ts'
import { invokeBundle } from '../fixtures/invoke-bundle.ts'
import { ENDPOINTS, honestRequest } from '../security/endpoint-requests.ts'

const broker = await startTestBroker()
afterEach(() => broker.silenceAudit(false))

describe.each([...ENDPOINTS, 'explain'] as const)('the endpoint %s', (endpoint) => {
  it.each(['accepted', 'refused'])('responds in time to a request that is %s', async (outcome) => {
    broker.silenceAudit(true)
    const [before, reported] = [broker.audit.length, broker.errorText.length]
    const claims = outcome === 'accepted' ? {} : { aud: 'other' }
    const token = await broker.token(claims)
    const request =
      endpoint === 'explain'
        ? { ...honestRequest('native', wanted(token)), path: '/v1/explain' }
        : honestRequest(endpoint, wanted(token))
    const { statusCode, body } = await serveApiGateway(broker.app)(
      { ...gatewayEvent('HTTP API', request), headers: request.headers, body: request.body },
      { getRemainingTimeInMillis: () => 1_000 },
    )
    expect(statusCode).toBe(500)
    expect(body).not.toContain(SECRET_ACCESS_KEY)
    // The stream has the record, and may write it. The other stream has it in any case.
    const [line] = broker.errorText.slice(reported).map((text) => JSON.parse(text))
    const written = broker.audit.slice(before).find((each) => each.requestId === line.requestId)
    expect(line).toMatchObject({ outcome: 'error', code: 'internal', record: written ?? 'none' })
  })
})

it('a refusal that the container endpoint repeats from memory does not wait either', async () => {
  const headers = { authorization: await broker.token({ aud: 'other' }) }
  const request = { method: 'GET', path: '/v1/tenants/acme/grants/read/credentials', headers }
  expect((await broker.send(request)).status).toBe(403)
  broker.silenceAudit(true)
  const { status } = await broker.send({ ...request, recordSignal: AbortSignal.timeout(100) })
  expect(status).toBe(500)
  const { record } = JSON.parse(broker.errorText.at(-1) ?? '')
  expect(record.reason).toContain('repeated from a moment ago')
})

it('requests are served again when the log confirms records again', async () => {
  broker.silenceAudit(true)
  const silent = await broker.send({
    ...{ method: 'POST', path: '/v1/credentials' },
    headers: { authorization: `Bearer ${await broker.token()}` },
    recordSignal: AbortSignal.timeout(100),
  })
  broker.silenceAudit(false)
  const heard = await broker.post('/v1/credentials', await broker.token())
  expect([silent.status, heard.status]).toEqual([500, 200])
})

it('the bundle responds in time though nobody reads its log', async () => {
  const event = gatewayEvent('HTTP API', { token: await broker.token() })
  const { statusCode, json, errors } = await invokeBundle(
    'broker',
    event,
    { ...broker.environment, REMAINING_MS: '3000' },
    { readsLog: false },
  )
  expect([statusCode, json.code]).toEqual([500, 'internal'])
  expect(JSON.parse(errors)).toMatchObject({
    requestId: json.requestId,
    outcome: 'error',
    record: { requestId: json.requestId, outcome: 'issued', clientIp: '203.0.113.7' },
  })
  expect(errors).not.toContain(SECRET_ACCESS_KEY)
})

function wanted(token: string) {
  return { token, tenant: 'acme', grant: 'read' }
}
