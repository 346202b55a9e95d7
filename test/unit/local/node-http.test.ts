/** What an App receives from the HTTP server of the local runtime, and when its signal aborts. */
import { createServer, request, type Server } from 'node:http'
import { type App, type HttpRequest, MAX_BODY_BYTES } from '@token-broker/functions'
import { afterEach, expect, it } from 'vitest'
import { closeServer, listen } from '../../../packages/local/src/listen.ts'
import { nodeListener } from '../../../packages/local/src/node-http.ts'
import { PortInUse } from '../../../packages/local/src/startup-error.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await closeServer(server)
})

it('passes the path without its query, lower-case headers, the body and the address', async () => {
  const seen = await requestReceived('/v1/credentials?token=x', {
    method: 'POST',
    headers: { 'X-One': 'a' },
    body: 'hello',
  })
  expect(seen).toMatchObject({ method: 'POST', path: '/v1/credentials', clientIp: '127.0.0.1' })
  expect(seen.headers['x-one']).toBe('a')
  expect(Buffer.from(seen.body ?? []).toString()).toBe('hello')
})

it('joins repeated headers, so that two Authorization headers are noticed', async () => {
  const url = await serve(async ({ headers }) => ({
    status: 200,
    headers: {},
    body: headers.authorization ?? '',
  }))
  const headers = ['Host', 'broker', 'Authorization', 'Bearer a', 'Authorization', 'Bearer b']
  const body = await new Promise<string>((resolve, reject) => {
    const outgoing = request(url, { headers }, (response) => {
      response.setEncoding('utf8').once('data', resolve)
    })
    outgoing.once('error', reject).end()
  })
  expect(body).toBe('Bearer a, Bearer b')
})

it('passes undefined if there is no body', async () => {
  expect((await requestReceived('/healthz')).body).toBeUndefined()
})

it('passes one byte more than the limit of a body that is too long', async () => {
  const seen = await requestReceived('/', { method: 'POST', body: 'x'.repeat(MAX_BODY_BYTES * 3) })
  expect(seen.body).toHaveLength(MAX_BODY_BYTES + 1)
})

it('aborts the signal when the client disconnects, but still waits for its record', async () => {
  const client = new AbortController()
  let aborted = (_isRecordGivenUp: boolean) => {}
  const whenAborted = new Promise<boolean>((resolve) => {
    aborted = resolve
  })
  const url = await serve(async ({ signal, recordSignal }) => {
    client.abort()
    await new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    aborted(recordSignal.aborted)
    return { status: 200, headers: {}, body: '' }
  })
  await expect(fetch(url, { signal: client.signal })).rejects.toThrow()
  expect(await whenAborted).toBe(false)
})

it('reports a port in use in one line', async () => {
  const url = new URL(await serve(async () => ({ status: 200, headers: {}, body: '' })))
  const second = listen(createServer(), Number(url.port))
  await expect(second).rejects.toThrow(PortInUse)
  await expect(second).rejects.toThrow(`Port ${url.port} on 127.0.0.1 is in use`)
})

async function serve(app: App): Promise<string> {
  const server = createServer(nodeListener(app))
  servers.push(server)
  return listen(server, 0)
}

async function requestReceived(path: string, init?: RequestInit): Promise<HttpRequest> {
  const seen: HttpRequest[] = []
  const url = await serve(async (incoming) => {
    seen.push(incoming)
    return { status: 204, headers: { 'x-from': 'app' }, body: '' }
  })
  const response = await fetch(url + path, init)
  expect([response.status, response.headers.get('x-from')]).toEqual([204, 'app'])
  const [first] = seen
  if (first === undefined) throw new Error('The app received no request.')
  return first
}
