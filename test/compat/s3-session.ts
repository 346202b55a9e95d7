/** The app of s3-app.ts in Node or in Chromium, with the broker, S3, and a clock that tests set. */
import path from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { launchChromium, serveModule, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests, tenantDocument } from '../fixtures/index.ts'
import { CONTENT, REGION, startS3Server } from '../fixtures/s3-server.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'
import { issueSessions } from '../fixtures/sts-sessions.ts'
import { type S3App, type S3AppOptions, startS3App } from './s3-app.ts'

interface Platform {
  /** Requests to the broker before the first credentials. */
  readonly firstRequests: readonly string[]
  readonly allowedOrigins: readonly string[]
  start(options: S3AppOptions): Promise<RunningApp>
}

interface RunningApp extends S3App {
  /** Sets the clock of the app, if it is not that of this process. */
  setTime(ms: number): Promise<void>
}

const START = Date.UTC(2026, 0, 1)
const LIFETIME_SECONDS = 3600
/** The SDK also caches credentials, and calls its provider from 300 s before they expire. */
export const REFRESH_AT = START + (LIFETIME_SECONDS - 290) * 1000
export const AFTER_EXPIRY = START + (LIFETIME_SECONDS + 1) * 1000

export const PLATFORMS = ['Node', ...(skipsChromium() ? [] : ['Chromium'])]

/** What it starts is closed after the tests. */
export async function openPlatform(name: string): Promise<Platform> {
  return name === 'Node' ? node : openChromium()
}

const node: Platform = {
  firstRequests: ['POST'],
  allowedOrigins: [],
  start: async (options) => ({ ...startS3App(options), setTime: async () => {} }),
}

async function openChromium(): Promise<Platform> {
  const module = path.join(import.meta.dirname, 's3-app.ts')
  const pages = await closeAfterTests(serveModule(module))
  const browser = await closeAfterTests(launchChromium())
  return {
    firstRequests: ['OPTIONS', 'POST'],
    allowedOrigins: [pages.url],
    start: async ({ token, ...options }) => {
      const page = await closeAfterTests(browser.newPage())
      await page.exposeFunction('signToken', token)
      await page.goto(pages.url)
      await page.clock.setFixedTime(START)
      await page.evaluate(`import('/module.js').then(({ startS3App }) => {
        globalThis.app = startS3App({ ...${JSON.stringify(options)}, token: () => signToken() })
      })`)
      return {
        read: (count) => page.evaluate(`app.read(${count})`),
        countAttempts: () => page.evaluate('app.countAttempts()'),
        setTime: (ms) => page.clock.setFixedTime(ms),
      }
    },
  }
}

/** Starts a broker, S3 and the app for one test. */
export async function startS3Session({ allowedOrigins, start }: Platform) {
  vi.setSystemTime(START)
  onTestFinished(() => void vi.useRealTimers())
  let claims = {}
  const broker = await startServedBroker({
    documents: (url) => [tenantDocument('acme', url, { allowedOrigins })],
  })
  const s3 = await closeAfterTests(startS3Server(issueSessions(broker.sts, LIFETIME_SECONDS)))
  const token = () => broker.token(claims)
  const app = await start({ brokerUrl: broker.url, s3Url: s3.url, region: REGION, token })
  const methods = () => broker.received.map((request) => request.split(' ')[0])
  return {
    broker,
    s3,
    app,
    /** The methods of all requests to the broker. */
    methods,
    posts: () => methods().filter((method) => method === 'POST').length,
    async setTime(ms: number) {
      vi.setSystemTime(ms)
      await app.setTime(ms)
    },
    /** @returns the access key ids that signed the calls, all of which must succeed */
    async readSuccessfully(count: number): Promise<string[]> {
      const before = s3.served.length
      expect(await app.read(count)).toEqual({ [CONTENT]: count })
      expect(s3.refused).toEqual([])
      return [...new Set(s3.served.slice(before))]
    },
    /** Blocks the user. @returns a function that unblocks */
    blockUser() {
      claims = { blocked: true }
      return () => {
        claims = {}
      }
    },
    /** Removes the key that signed the tokens. @returns a function that restores it */
    withdrawKey() {
      const { issuer } = broker
      issuer.respondWith((url, response) => {
        const keySet = { keys: [{ ...issuer.publicJwk, kid: 'another' }] }
        const document = url.endsWith('/jwks')
          ? keySet
          : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
        response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
      })
      return () => issuer.respondWith(undefined)
    },
  }
}
