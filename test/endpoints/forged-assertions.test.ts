/** What forged SAML responses cost, and how a new certificate of the provider comes into use. */
import { expect, it } from 'vitest'
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import { closeAfterTests, startTestBroker, type TestBroker } from '../fixtures/index.ts'

const issuer = await closeAfterTests(startAssertionIssuer())
/** It has a key of its own, with which it signs in the name of the first. */
const forger = await closeAfterTests(startAssertionIssuer())
const forged = () => forger.response({ issuer: issuer.url })

it('of an unknown issuer fetch nothing', async () => {
  const broker = await startTestBroker({ documents: [issuer.document('acme')] })
  issuer.requests.length = 0
  for (let count = 0; count < 20; count++)
    expect(await codeOf(broker, forger.response())).toBe('issuer_untrusted')
  expect([issuer.requests, forger.requests]).toEqual([[], []])
})

it('of a known issuer fetch its metadata once more, and not again for 30 s', async () => {
  let nowMs = Date.now()
  const broker = await startTestBroker({
    documents: [issuer.document('acme')],
    now: () => nowMs,
    monotonicNs: () => BigInt(nowMs) * 1_000_000n,
  })
  issuer.requests.length = 0
  expect(await codeOf(broker, issuer.response())).toBeUndefined()
  expect(issuer.requests).toHaveLength(1)
  const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(broker, forged())))
  expect(new Set(codes)).toEqual(new Set(['invalid_token']))
  expect(await codeOf(broker, forged())).toBe('invalid_token')
  expect(issuer.requests).toHaveLength(2)
  nowMs += 31_000
  expect(await codeOf(broker, forged())).toBe('invalid_token')
  expect(issuer.requests).toHaveLength(3)
})

it('are accepted when the metadata announces their key, at once', async () => {
  const broker = await startTestBroker({ documents: [issuer.document('acme')] })
  expect(await codeOf(broker, issuer.response())).toBeUndefined()
  const announced = await (await fetch(forger.url)).text()
  issuer.respondWith((_path, response) => {
    response.end(announced.replaceAll(forger.url, issuer.url))
  })
  try {
    expect(await codeOf(broker, forged())).toBeUndefined()
    expect(await codeOf(broker, issuer.response())).toBe('invalid_token')
  } finally {
    issuer.respondWith(undefined)
  }
})

it('are refused before they are read where they are too long', async () => {
  const broker = await startTestBroker({ documents: [issuer.document('acme')] })
  expect(await codeOf(broker, 'P'.repeat(100_001))).toBe('invalid_token')
  expect(broker.audit.at(-1)?.reason).toContain('longer than 100000 characters')
})

async function codeOf(broker: TestBroker, token: string): Promise<string | undefined> {
  const response = await broker.post('/v1/credentials', undefined, { token, tokenType: 'saml2' })
  return JSON.parse(response.body).code
}
