/** The client in a real browser: a page of an allowed origin gets credentials across origins, preflight and all. */
import { accessSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer.ts'
import { type StsServer, startStsServer } from '../fixtures/sts-server.ts'
import { startServer, type TestServer } from '../unit/adapters/test-server.ts'

const CHROMIUM = '/usr/bin/chromium'
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

/** In CI a missing browser fails the test instead. */
const skipped = !isInstalled(CHROMIUM) && process.env.CI !== 'true'
if (skipped) console.log(`skipped: ${CHROMIUM} is not installed (apt-get install chromium)`)

describe.skipIf(skipped)('a page in Chromium', () => {
  let issuer: TestIssuer
  let sts: StsServer
  let broker: TestBroker
  let server: TestServer
  let pages: TestServer
  let browser: Browser
  const seen: string[] = []

  beforeAll(async () => {
    issuer = await startIssuer()
    sts = await startStsServer()
    const code = await bundleClient()
    pages = await startServer((request, response) => {
      const [type, body] = request.url === '/client.js' ? ['text/javascript', code] : ['text/html', '<!doctype html>']
      response.writeHead(200, { 'content-type': type }).end(body)
    })
    const document = `${tenantDocument('acme', issuer.url)}\nallowedOrigins: ['${pages.url}']\n`
    broker = await startBroker({ documents: [document], stsEndpoint: sts.url })
    const listener = nodeListener(broker.app)
    server = await startServer((request, response) => {
      seen.push(`${request.method} ${request.headers.origin}`)
      listener(request, response)
    })
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  })

  afterAll(async () => {
    await browser?.close()
    await Promise.all([server?.close(), pages?.close(), sts?.close(), issuer?.close()])
    broker?.close()
  })

  /** What a page of this origin gets of the broker, as text: the access key, or the error's code. */
  async function askFrom(origin: string, grant: string): Promise<string> {
    seen.length = 0
    const page = await browser.newPage()
    await page.goto(origin)
    const issuedAt = Math.floor(Date.now() / 1000)
    const token = await issuer.sign({
      iss: issuer.url,
      aud: 'acme-app',
      sub: 'alice',
      iat: issuedAt,
      exp: issuedAt + 300,
    })
    const options = JSON.stringify({ endpoint: server.url, token, grant })
    const outcome: unknown = await page.evaluate(`import('/client.js').then(({ fromTokenBroker }) => {
      const provider = fromTokenBroker(${options})
      return Promise.all([provider(), provider()]).then(([{ accessKeyId }]) => accessKeyId, (error) => error.code)
    })`)
    await page.close()
    return String(outcome)
  }

  it('of an allowed origin gets credentials after one preflight and one request', async () => {
    expect(await askFrom(pages.url, 'read')).toBe('ASIA0123456789ABCDEF')
    expect(seen).toEqual([`OPTIONS ${pages.url}`, `POST ${pages.url}`])
  })

  it('of an allowed origin can read why it is refused', async () => {
    expect(await askFrom(pages.url, 'unknown')).toBe('access_denied')
  })

  it('of another origin sends no token', async () => {
    const other = pages.url.replace('127.0.0.1', 'localhost')
    expect(await askFrom(other, 'read')).toBe('unreachable')
    expect(seen).toEqual([`OPTIONS ${other}`])
  })
})

function isInstalled(file: string): boolean {
  try {
    accessSync(file)
    return true
  } catch {
    return false
  }
}

async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, '../../packages/client/src/index.ts')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
