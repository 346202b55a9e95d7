/** The SDK's S3 client with `fromTokenBroker`, in Node and in a page, as credentials expire. */
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { launchChromium, serveModule, skipsChromium } from '../fixtures/chromium.ts'
import { CONTENT, REGION, type S3Server, startS3Server } from '../fixtures/s3-server.ts'
import { type ServedBroker, serveBroker } from '../fixtures/served-broker.ts'
import { issueSessions } from '../fixtures/sts-sessions.ts'
import type { TestServer } from '../unit/adapters/test-server.ts'
import { type S3App, type S3AppOptions, startS3App } from './s3-app.ts'

interface Platform {
  readonly name: string
  readonly skips: boolean
  /** Requests to the broker before the first credentials. */
  readonly firstRequests: readonly string[]
  open(): Promise<void>
  start(options: S3AppOptions): Promise<S3App>
  setTime(ms: number): Promise<void>
  stop(): Promise<void>
  close(): Promise<void>
}

const START = Date.UTC(2026, 0, 1)
const LIFETIME_SECONDS = 3600
/** The SDK also caches credentials, and calls its provider from 300 s before they expire. */
const REFRESH_AT = START + (LIFETIME_SECONDS - 290) * 1000
const AFTER_EXPIRY = START + (LIFETIME_SECONDS + 1) * 1000
/** A browser can be slow on a busy machine. */
const TIMEOUT_MS = 60_000

let pages: TestServer
let browser: Browser
let page: Page

const node: Platform = {
  name: 'Node',
  skips: false,
  firstRequests: ['POST'],
  open: async () => {},
  start: async (options) => startS3App(options),
  setTime: async () => {},
  stop: async () => {},
  close: async () => {},
}

const chromium: Platform = {
  name: 'Chromium',
  skips: skipsChromium(),
  firstRequests: ['OPTIONS', 'POST'],
  open: async () => {
    browser = await launchChromium()
  },
  start: async ({ token, ...options }) => {
    page = await browser.newPage()
    await page.exposeFunction('signToken', token)
    await page.goto(pages.url)
    await page.clock.setFixedTime(START)
    await page.evaluate(`import('/module.js').then(({ startS3App }) => {
      globalThis.app = startS3App({ ...${JSON.stringify(options)}, token: () => signToken() })
    })`)
    return {
      read: (count) => page.evaluate(`app.read(${count})`),
      countAttempts: () => page.evaluate('app.countAttempts()'),
    }
  },
  setTime: (ms) => page.clock.setFixedTime(ms),
  stop: () => page.close(),
  close: () => browser.close(),
}

describe.each([node, chromium].filter(({ skips }) => !skips))(
  'an app in $name',
  { timeout: TIMEOUT_MS },
  (platform) => {
    let broker: ServedBroker
    let s3: S3Server
    let app: S3App
    let claims: object

    beforeAll(async () => {
      pages = await serveModule(path.join(import.meta.dirname, 's3-app.ts'))
      await platform.open()
    })
    beforeEach(async () => {
      vi.setSystemTime(START)
      claims = {}
      broker = await serveBroker([pages.url])
      s3 = await startS3Server(issueSessions(broker.sts, LIFETIME_SECONDS))
      const token = () => broker.token(claims)
      app = await platform.start({ brokerUrl: broker.url, s3Url: s3.url, region: REGION, token })
    })
    afterEach(async () => {
      vi.useRealTimers()
      await Promise.all([broker.close(), s3.close()])
    })
    afterAll(async () => {
      await platform.close()
      await pages.close()
    })

    async function setTime(ms: number): Promise<void> {
      vi.setSystemTime(ms)
      await platform.setTime(ms)
    }

    /** @returns the access key ids that signed the calls, all of which must succeed */
    async function readSuccessfully(count: number): Promise<string[]> {
      const before = s3.served.length
      expect(await app.read(count)).toEqual({ [CONTENT]: count })
      expect(s3.refused).toEqual([])
      return [...new Set(s3.served.slice(before))]
    }

    const methods = () => broker.received.map((request) => request.split(' ')[0])
    const posts = () => methods().filter((method) => method === 'POST').length

    it('sends one request to the broker for 200 concurrent calls', async () => {
      expect(await readSuccessfully(200)).toEqual(['ASIA1'])
      expect(methods()).toEqual(platform.firstRequests)
    })

    it('renews credentials before they expire, while calls use the old ones', async () => {
      await readSuccessfully(1)
      await setTime(REFRESH_AT)
      expect(await readSuccessfully(20)).toEqual(['ASIA1'])
      expect(await app.countAttempts()).toBe(2)
      expect(await readSuccessfully(20)).toEqual(['ASIA2'])
      await setTime(AFTER_EXPIRY)
      expect(await readSuccessfully(20)).toEqual(['ASIA2'])
      expect(posts()).toBe(2)
    })

    it('is not affected by a broker that is down for ten seconds', async () => {
      await readSuccessfully(1)
      const restart = await broker.goDown()
      for (let second = 0; second < 10; second++) {
        await setTime(REFRESH_AT + second * 1000)
        expect(await readSuccessfully(20)).toEqual(['ASIA1'])
        await app.countAttempts()
      }
      // Immediately, and after 1, 2 and 4 seconds.
      expect([await app.countAttempts(), posts()]).toEqual([1 + 4, 1])
      await restart()
      await setTime(REFRESH_AT + 15_000)
      expect(await readSuccessfully(20)).toEqual(['ASIA1'])
      expect([await app.countAttempts(), posts()]).toEqual([1 + 5, 2])
      await setTime(AFTER_EXPIRY)
      expect(await readSuccessfully(20)).toEqual(['ASIA2'])
    })

    /** Removes the key that signed the tokens. @returns a function that restores it */
    function withdrawKey() {
      const { issuer } = broker
      issuer.respondWith((url, response) => {
        const keySet = { keys: [{ ...issuer.publicJwk, kid: 'another' }] }
        const document = url.endsWith('/jwks')
          ? keySet
          : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
        response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
      })
      return () => issuer.respondWith(undefined)
    }

    function blockUser() {
      claims = { blocked: true }
      return () => {
        claims = {}
      }
    }

    it.each([
      ['access_denied', 'user is blocked', blockUser],
      ['invalid_token', 'key of the token is withdrawn', withdrawKey],
    ])('gets %s after the %s', async (code, _what, revoke) => {
      await readSuccessfully(1)
      const restore = revoke()
      await setTime(REFRESH_AT)
      expect(await readSuccessfully(20)).toEqual(['ASIA1'])
      await app.countAttempts()
      expect(await app.read(20)).toEqual({ [`TokenBrokerError ${code}`]: 20 })
      expect([posts(), s3.refused]).toEqual([3, []])
      restore()
      // The broker fetches an issuer's keys for an unknown `kid` at most once in 30 s.
      await setTime(REFRESH_AT + 31_000)
      expect(await readSuccessfully(20)).toEqual(['ASIA2'])
    })
  },
)
