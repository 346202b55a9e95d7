/** Requests that arrive while the local servers start: each one gets a response. */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startDemoIdp } from '../../../packages/local/src/demo-idp.ts'
import { InvalidInput } from '../../../packages/local/src/startup-error.ts'
import { findFreePort } from '../../fixtures/free-port.ts'
import { type PausedRuntime, startPausedRuntime } from './paused-runtime.ts'

let runtime: PausedRuntime
beforeEach(async () => {
  runtime = await startPausedRuntime()
})
afterEach(() => runtime.close())

it('the broker responds with 503 and Retry-After until it is ready', async () => {
  const early = await fetchOnceOpen(`${runtime.url}/healthz`)
  expect(early.status).toBe(503)
  expect(Object.fromEntries(early.headers)).toMatchObject({
    'retry-after': '1',
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
  })
  expect(await early.json()).toMatchObject({ status: 503, code: 'upstream_unavailable' })
  await runtime.finish()
  expect((await fetch(`${runtime.url}/healthz`)).status).toBe(200)
})

it('the broker responds to a request that is still being sent when it becomes ready', async () => {
  await fetchOnceOpen(`${runtime.url}/healthz`)
  const outgoing = request(`${runtime.url}/v1/credentials`, {
    method: 'POST',
    headers: { expect: '100-continue' },
    signal: AbortSignal.timeout(10_000),
  })
  outgoing.write('{"token":')
  // With 100 (Continue), the server says that it has received the header fields.
  await once(outgoing, 'continue')
  await runtime.finish()
  outgoing.end('"x"}')
  const [response]: IncomingMessage[] = await once(outgoing, 'response')
  if (!response) throw new Error('The broker closed the connection.')
  expect(response.statusCode).toBe(503)
  expect(await json(response)).toMatchObject({ code: 'upstream_unavailable' })
})

it('the broker closes its port if the start fails', async () => {
  await fetchOnceOpen(`${runtime.url}/healthz`)
  await expect(runtime.finish({ role: {} })).rejects.toThrow(InvalidInput)
  await expect(fetch(`${runtime.url}/healthz`)).rejects.toThrow('fetch failed')
})

it('the demo IdP responds from the first connection on', async () => {
  const port = await findFreePort()
  const first = fetchOnceOpen(`http://127.0.0.1:${port}/jwks`)
  const idp = await startDemoIdp({ port })
  expect([200, 503]).toContain((await first).status)
  expect((await fetch(`${idp.url}/jwks`)).status).toBe(200)
  await idp.close()
})

/** Sends requests until the port accepts a connection; that request must get a response. */
async function fetchOnceOpen(url: string): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(10_000) })
    } catch (error) {
      if (error instanceof DOMException) throw error
    }
  }
}
