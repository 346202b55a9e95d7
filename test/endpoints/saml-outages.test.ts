/** Metadata of a SAML issuer that is down, slow, wrong or changed, and what callers get then. */
import type { ServerResponse } from 'node:http'
import { beforeEach, describe, expect, it } from 'vitest'
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import { closeAfterTests, startTestBroker } from '../fixtures/index.ts'

const issuer = await closeAfterTests(startAssertionIssuer())
const HOUR_MS = 3_600_000
let passedMs = 0
const clock = {
  now: () => Date.now() + passedMs,
  monotonicNs: () => process.hrtime.bigint() + BigInt(passedMs) * 1_000_000n,
}

async function startBroker() {
  const broker = await startTestBroker({ documents: [issuer.document('acme')], ...clock })
  const send = async () => {
    const token = issuer.response({ issuedAtMs: clock.now() })
    const { body } = await broker.post('/v1/credentials', undefined, { token, tokenType: 'saml2' })
    const { code = 'issued' } = JSON.parse(body)
    return { code, body, reason: broker.audit.at(-1)?.reason }
  }
  return { ...broker, sendResponse: send }
}

beforeEach(() => {
  passedMs = 0
  issuer.respondWith(undefined)
})

const text =
  (body: string, status = 200) =>
  (_: string, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/xml' }).end(body)

describe.each([
  ['responds with 500', text('canary', 500)],
  ['responds with 404', text('canary', 404)],
  ['closes the connection', (_: string, response: ServerResponse) => response.destroy()],
  ['never responds', () => undefined],
  [
    'redirects',
    (_: string, response: ServerResponse) => response.writeHead(302, { location: '/other' }).end(),
  ],
  ['responds with a page', text('<html>canary</html>')],
  ['responds with no XML', text('canary')],
  ['responds with nothing', text('')],
  ['responds with a DOCTYPE', text('<!DOCTYPE a [<!ENTITY b "canary">]><a>&b;</a>')],
  [
    'responds with the metadata of another issuer',
    text(
      '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://canary"/>',
    ),
  ],
  ['responds with more than 512 KiB', text(`<a>${'canary'.repeat(100_000)}</a>`)],
] as const)('if the server %s', (_, handler) => {
  it('a caller gets issuer_unavailable, and credentials once it responds', async () => {
    const { sendResponse } = await startBroker()
    issuer.respondWith(handler)
    const { code, body, reason } = await sendResponse()
    expect(code).toBe('issuer_unavailable')
    expect(`${body}${reason}`).not.toContain('canary')
    issuer.respondWith(undefined)
    passedMs = 60_000
    expect((await sendResponse()).code).toBe('issued')
  })

  it('known keys remain in use for a day, and no longer', async () => {
    const { sendResponse } = await startBroker()
    expect((await sendResponse()).code).toBe('issued')
    issuer.respondWith(handler)
    passedMs = 23 * HOUR_MS
    expect((await sendResponse()).code).toBe('issued')
    passedMs = 25 * HOUR_MS
    expect((await sendResponse()).code).toBe('issuer_unavailable')
  })
})

it('asks once for many callers at once, and not again within ten minutes', async () => {
  const { sendResponse } = await startBroker()
  const before = issuer.requests.length
  await Promise.all(Array.from({ length: 20 }, sendResponse))
  expect(issuer.requests.length).toBe(before + 1)
  passedMs = 9 * 60_000
  await sendResponse()
  expect(issuer.requests.length).toBe(before + 1)
})

it('asks at most once in 30 s because of responses that no key signs', async () => {
  const forger = await closeAfterTests(startAssertionIssuer())
  const broker = await startBroker()
  await broker.sendResponse()
  const before = issuer.requests.length
  for (let count = 0; count < 10; count++) {
    const token = forger.response({ issuer: issuer.url })
    await broker.post('/v1/credentials', undefined, { token, tokenType: 'saml2' })
    expect(broker.audit.at(-1)?.code).toBe('invalid_token')
  }
  expect(issuer.requests.length).toBeLessThanOrEqual(before + 1)
  expect(forger.requests).toEqual([])
})

it('asks nobody because of a response of an unknown issuer', async () => {
  const unknown = await closeAfterTests(startAssertionIssuer())
  const broker = await startBroker()
  const before = issuer.requests.length
  const token = unknown.response()
  await broker.post('/v1/credentials', undefined, { token, tokenType: 'saml2' })
  expect(broker.audit.at(-1)?.code).toBe('issuer_untrusted')
  expect([unknown.requests.length, issuer.requests.length - before]).toEqual([0, 0])
})
