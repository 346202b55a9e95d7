/** The deployed function's clocks, where the machine's clock jumps: it was set, or the machine stood still for a while. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBroker } from '../../packages/functions/src/lambda/broker.ts'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { CREDENTIALS, type StsServer, startStsServer } from '../fixtures/sts-server.ts'

const HOUR_MS = 3_600_000

let issuer: TestIssuer
let sts: StsServer
let settings: TestBroker
let lines: string[]

beforeEach(async () => {
  issuer = await startIssuer()
  sts = await startStsServer()
  settings = await startBroker({
    documents: [tenantDocument('acme', issuer.url)],
    stsEndpoint: sts.url,
  })
  // Timers stay real. `setSystemTime` moves the wall clock alone, `advanceTimersByTime` both.
  vi.useFakeTimers({ toFake: ['Date', 'hrtime'], now: Date.now() })
  lines = []
  vi.spyOn(process.stdout, 'write').mockImplementation((line, ...rest) => {
    lines.push(String(line))
    for (const done of rest) if (typeof done === 'function') done()
    return true
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  settings.close()
  await Promise.all([issuer.close(), sts.close()])
})

async function start() {
  const app = createBroker(settings.environment)
  const now = Math.floor(Date.now() / 1000)
  const token = await issuer.sign({
    iss: issuer.url,
    sub: 'alice',
    aud: 'acme-app',
    iat: now - 7200,
    exp: now + 7200,
  })
  return async (route = { method: 'POST', path: '/v1/credentials' }) => {
    const { status, body } = await app({
      ...route,
      headers: { authorization: `Bearer ${token}` },
      body: undefined,
      clientIp: '203.0.113.7',
      signal: AbortSignal.timeout(15_000),
    })
    return { status, code: JSON.parse(body).code, record: JSON.parse(lines.at(-1) ?? '') }
  }
}

it('takes no token that expired while the machine stood still', async () => {
  const ask = await start()
  expect(await ask()).toMatchObject({ status: 200 })
  vi.setSystemTime(Date.now() + 3 * HOUR_MS)
  const { status, code, record } = await ask()
  expect([status, code]).toEqual([401, 'token_expired'])
  expect(record.time).toBe(new Date().toISOString())
})

it.each([HOUR_MS, -HOUR_MS])(
  'tells how long STS took, though the clock was set by %i ms meanwhile',
  async (byMs) => {
    const ask = await start()
    sts.respondWith((response) => {
      vi.setSystemTime(Date.now() + byMs)
      vi.advanceTimersByTime(250)
      response.writeHead(200, { 'content-type': 'text/xml' }).end(CREDENTIALS)
    })
    const { status, record } = await ask()
    expect(status).toBe(200)
    expect(record.durationsMs.assume).toBe(250)
  },
)

describe('where the clock was set back by an hour', () => {
  const setBack = () => vi.setSystemTime(Date.now() - HOUR_MS)
  const keyRequests = () => issuer.requests.filter((path) => path.endsWith('/jwks')).length

  it('keys are no longer used than they would have been', async () => {
    const ask = await start()
    expect(await ask()).toMatchObject({ status: 200 })
    expect(keyRequests()).toBe(1)
    setBack()
    vi.advanceTimersByTime(9 * 60_000)
    expect(await ask()).toMatchObject({ status: 200 })
    expect(keyRequests()).toBe(1)
    vi.advanceTimersByTime(60_000)
    expect(await ask()).toMatchObject({ status: 200 })
    expect(keyRequests()).toBe(2)
  })

  it('an issuer that was away is asked again as soon as it would have been', async () => {
    issuer.respondWith((_, response) => response.writeHead(503).end())
    const ask = await start()
    expect(await ask()).toMatchObject({ status: 503, code: 'issuer_unavailable' })
    issuer.respondWith(undefined)
    setBack()
    expect(await ask()).toMatchObject({ status: 503, code: 'issuer_unavailable' })
    vi.advanceTimersByTime(5_000)
    expect(await ask()).toMatchObject({ status: 200 })
  })

  it('a refusal is remembered no longer than it would have been', async () => {
    const ask = await start()
    const denied = () => ask({ method: 'GET', path: '/v1/tenants/acme/grants/write/credentials' })
    expect(await denied()).toMatchObject({ status: 403 })
    setBack()
    expect((await denied()).record.reason).toMatch(/repeated from a moment ago/)
    vi.advanceTimersByTime(5_000)
    const { status, record } = await denied()
    expect(status).toBe(403)
    expect(record.reason).not.toMatch(/repeated from a moment ago/)
  })
})
