/** The deployed function's clocks when the wall clock jumps: it was set, or the machine slept. */
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createBroker } from '../../packages/functions/src/lambda/broker.ts'
import { CREDENTIALS_XML, startTestBroker } from '../fixtures/index.ts'

const HOUR_MS = 3_600_000

it('accepts no token that expired while the machine slept', async () => {
  const { ask } = await startDeployedBroker()
  expect(await ask()).toMatchObject({ status: 200 })
  vi.setSystemTime(Date.now() + 3 * HOUR_MS)
  const { status, code, record } = await ask()
  expect([status, code]).toEqual([401, 'token_expired'])
  expect(record.time).toBe(new Date().toISOString())
})

it.each([HOUR_MS, -HOUR_MS])(
  'records how long STS took, although the clock was set by %i ms meanwhile',
  async (byMs) => {
    const { ask, sts } = await startDeployedBroker()
    sts.respondWith((response) => {
      vi.setSystemTime(Date.now() + byMs)
      vi.advanceTimersByTime(250)
      response.writeHead(200, { 'content-type': 'text/xml' }).end(CREDENTIALS_XML)
    })
    const { status, record } = await ask()
    expect(status).toBe(200)
    expect(record.durationsMs.assume).toBe(250)
  },
)

describe('after the clock was set back by an hour', () => {
  const setBack = () => vi.setSystemTime(Date.now() - HOUR_MS)

  it('keys are used no longer than without the change', async () => {
    const { ask, issuer } = await startDeployedBroker()
    const countKeyRequests = () => issuer.requests.filter((path) => path.endsWith('/jwks')).length
    expect(await ask()).toMatchObject({ status: 200 })
    expect(countKeyRequests()).toBe(1)
    setBack()
    vi.advanceTimersByTime(9 * 60_000)
    expect(await ask()).toMatchObject({ status: 200 })
    expect(countKeyRequests()).toBe(1)
    vi.advanceTimersByTime(60_000)
    expect(await ask()).toMatchObject({ status: 200 })
    expect(countKeyRequests()).toBe(2)
  })

  it('an issuer that failed is called again as soon as without the change', async () => {
    const { ask, issuer } = await startDeployedBroker()
    issuer.respondWith((_, response) => response.writeHead(503).end())
    expect(await ask()).toMatchObject({ status: 503, code: 'issuer_unavailable' })
    issuer.respondWith(undefined)
    setBack()
    expect(await ask()).toMatchObject({ status: 503, code: 'issuer_unavailable' })
    vi.advanceTimersByTime(5_000)
    expect(await ask()).toMatchObject({ status: 200 })
  })

  it('a refusal is remembered no longer than without the change', async () => {
    const { ask } = await startDeployedBroker()
    const askDenied = () =>
      ask({ method: 'GET', path: '/v1/tenants/acme/grants/write/credentials' })
    expect(await askDenied()).toMatchObject({ status: 403 })
    setBack()
    expect((await askDenied()).record.reason).toMatch(/repeated from a moment ago/)
    vi.advanceTimersByTime(5_000)
    const { status, record } = await askDenied()
    expect(status).toBe(403)
    expect(record.reason).not.toMatch(/repeated from a moment ago/)
  })
})

/**
 * Creates the broker as Lambda does, with the process's own clocks, and puts both under control:
 * `vi.setSystemTime` moves the wall clock only, `vi.advanceTimersByTime` both. Timers stay real.
 *
 * @returns `ask`, which sends a token of alice that is valid for two hours, and the upstreams
 */
async function startDeployedBroker() {
  const { environment, issuer, sts, token: signToken } = await startTestBroker()
  vi.useFakeTimers({ toFake: ['Date', 'hrtime'], now: Date.now() })
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((line, ...rest) => {
    lines.push(String(line))
    for (const done of rest) if (typeof done === 'function') done()
    return true
  })
  onTestFinished(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
  const app = createBroker(environment)
  const now = Math.floor(Date.now() / 1000)
  const token = await signToken({ iat: now - 7200, exp: now + 7200 })
  const ask = async (route = { method: 'POST', path: '/v1/credentials' }) => {
    const { status, body } = await app({
      ...route,
      headers: { authorization: `Bearer ${token}` },
      body: undefined,
      clientIp: '203.0.113.7',
      signal: AbortSignal.timeout(15_000),
      recordSignal: AbortSignal.timeout(15_000),
    })
    return { status, code: JSON.parse(body).code, record: JSON.parse(lines.at(-1) ?? '') }
  }
  return { ask, issuer, sts }
}
