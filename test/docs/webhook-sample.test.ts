/** The code of the page, by which an endpoint verifies requests, accepts only the broker’s own. */
import { writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { startWebhook } from '../fixtures/webhook-server.ts'
import { checksOf } from '../unit/adapters/token-checks.ts'
import { codeBlocks, readPage } from './markdown.ts'

const SECRET = 'a secret of the webhook, with 40 letters'
type IsFromBroker = (
  headers: IncomingHttpHeaders,
  rawBody: Buffer,
  secret: string,
  nowMs?: number,
) => boolean

const isFromBroker = await loadSample()
const { headers, body } = await recordRequest()
const verify = (changed: object = {}, text = body, secret = SECRET, nowMs?: number) =>
  isFromBroker({ ...headers, ...changed }, Buffer.from(text), secret, nowMs)

it('accepts a request of the broker', () => {
  expect(verify()).toBe(true)
  expect(JSON.parse(body)).toEqual({ token: 'tökén', tenant: 'acme', issuer: 'idp' })
})

describe('refuses a request', () => {
  const sentAt = Number(headers['x-token-broker-timestamp'])

  it('with another body, secret or timestamp', () => {
    expect(verify({}, body.replace('acme', 'beta'))).toBe(false)
    expect(verify({}, body, `${SECRET}.`)).toBe(false)
    expect(verify({ 'x-token-broker-timestamp': String(sentAt + 1) })).toBe(false)
  })

  it.each(['x-token-broker-timestamp', 'x-token-broker-signature'])('without %s', (name) => {
    for (const value of [undefined, '', 'v1=', 'x']) expect(verify({ [name]: value })).toBe(false)
  })

  it('that is more than 5 minutes old, or from the future', () => {
    expect(verify({}, body, SECRET, (sentAt + 300) * 1000)).toBe(true)
    expect(verify({}, body, SECRET, (sentAt + 301) * 1000)).toBe(false)
    expect(verify({}, body, SECRET, (sentAt - 301) * 1000)).toBe(false)
  })
})

async function loadSample(): Promise<IsFromBroker> {
  const [sample = ''] = codeBlocks(readPage('packages/core/docs/opaque-tokens.md'), 'js')
  const file = path.join(makeTemporaryFolder(), 'sample.mjs')
  writeFileSync(file, sample)
  return (await import(pathToFileURL(file).href)).isFromBroker
}

/** What the broker sends, as the endpoint got it. */
async function recordRequest() {
  const server = await closeAfterTests(startWebhook(SECRET))
  const profile = { kind: 'webhook', url: `${server.url}/decide`, secret: 'acme-webhook' } as const
  await checksOf(profile, { secrets: { get: async () => SECRET } }).refusalOf('tökén')
  const [call] = server.calls
  if (!call) throw new Error('the broker sent no request')
  return call
}
