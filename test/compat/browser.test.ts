/** The client in Chromium: a page of an allowed origin gets credentials across origins. */
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, serveModule, skipsChromium } from '../fixtures/chromium.ts'
import { type ServedBroker, serveBroker } from '../fixtures/served-broker.ts'
import type { TestServer } from '../unit/adapters/test-server.ts'

describe.skipIf(skipsChromium())('a page in Chromium', () => {
  let broker: ServedBroker
  let pages: TestServer
  let browser: Browser

  beforeAll(async () => {
    pages = await serveModule(path.join(import.meta.dirname, '../../packages/client/src/index.ts'))
    broker = await serveBroker([pages.url])
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await Promise.all([broker?.close(), pages?.close()])
  })

  /** @returns the access key that a page of this origin gets, or the code of the error */
  async function requestFrom(origin: string, grant: string): Promise<string> {
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

  it('of an allowed origin gets credentials after one preflight and one request', async () => {
    expect(await requestFrom(pages.url, 'read')).toBe('ASIA0123456789ABCDEF')
    expect(broker.received).toEqual([`OPTIONS ${pages.url}`, `POST ${pages.url}`])
  })

  it('of an allowed origin can read the code of a refusal', async () => {
    expect(await requestFrom(pages.url, 'unknown')).toBe('access_denied')
  })

  it('of another origin sends no token', async () => {
    const other = pages.url.replace('127.0.0.1', 'localhost')
    expect(await requestFrom(other, 'read')).toBe('unreachable')
    expect(broker.received).toEqual([`OPTIONS ${other}`])
  })
})
