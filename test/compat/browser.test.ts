/** The client in Chromium: a page of an allowed origin gets credentials across origins. */
import path from 'node:path'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, serveModule, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests, tenantDocument } from '../fixtures/index.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'

const CLIENT = path.join(import.meta.dirname, '../../packages/client/src/index.ts')

describe.skipIf(skipsChromium())('a page in Chromium', () => {
  let started: Awaited<ReturnType<typeof startBrowser>>
  beforeAll(async () => {
    started = await startBrowser()
  })

  it('of an allowed origin gets credentials after one preflight and one request', async () => {
    const { broker, pages } = started
    expect(await requestFrom(pages.url, 'read')).toBe('ASIA0123456789ABCDEF')
    expect(broker.received).toEqual([`OPTIONS ${pages.url}`, `POST ${pages.url}`])
  })

  it('of an allowed origin can read the code of a refusal', async () => {
    expect(await requestFrom(started.pages.url, 'unknown')).toBe('access_denied')
  })

  it('of another origin sends no token', async () => {
    const { broker, pages } = started
    const other = pages.url.replace('127.0.0.1', 'localhost')
    expect(await requestFrom(other, 'read')).toBe('unreachable')
    expect(broker.received).toEqual([`OPTIONS ${other}`])
  })

  it('proves a key that cannot be exported, across origins', async () => {
    const { broker, pages, browser } = started
    broker.received.length = 0
    const page = await browser.newPage()
    await page.goto(pages.url)
    await page.exposeFunction('boundToken', async (jwk: JWK) =>
      broker.token({ cnf: { jkt: await calculateJwkThumbprint(jwk) } }),
    )
    const outcome: unknown = await page.evaluate(`(async () => {
      const { fromTokenBroker } = await import('/module.js')
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
      const dpop = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
      const { subtle } = crypto
      const exported = await subtle.exportKey('jwk', dpop.privateKey).catch(({ name }) => name)
      const token = await boundToken(await crypto.subtle.exportKey('jwk', dpop.publicKey))
      const endpoint = ${JSON.stringify(broker.url)}
      const bound = await fromTokenBroker({ endpoint, token, dpop })()
      const stolen = await fromTokenBroker({ endpoint, token })().catch(({ code }) => code)
      return [exported, bound.accessKeyId, stolen]
    })()`)
    await page.close()
    expect(outcome).toEqual(['InvalidAccessError', 'ASIA0123456789ABCDEF', 'invalid_token'])
    expect(broker.received.filter((line) => line.startsWith('POST'))).toHaveLength(3)
    expect(broker.audit.slice(-3).map(({ code }) => code)).toEqual([
      'use_dpop_nonce',
      undefined,
      'invalid_token',
    ])
  })

  /** @returns the access key that a page of this origin gets, or the code of the error */
  async function requestFrom(origin: string, grant: string): Promise<string> {
    const { broker, browser } = started
    broker.received.length = 0
    const page = await browser.newPage()
    await page.goto(origin)
    const options = JSON.stringify({ endpoint: broker.url, token: await broker.token(), grant })
    const outcome: unknown =
      await page.evaluate(`import('/module.js').then(({ fromTokenBroker }) => {
      const provider = fromTokenBroker(${options})
      return Promise.all([provider(), provider()])
        .then(([{ accessKeyId }]) => accessKeyId, (error) => error.code)
    })`)
    await page.close()
    return String(outcome)
  }
})

async function startBrowser() {
  const pages = await closeAfterTests(serveModule(CLIENT))
  const broker = await startServedBroker({
    documents: (url) => [tenantDocument('acme', url, { allowedOrigins: [pages.url] })],
  })
  return { pages, broker, browser: await closeAfterTests(launchChromium()) }
}
