/** A deadline that comes before keys do: the caller is told, the record is written, and whoever else waits goes on waiting. */
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { type StsServer, startStsServer } from '../fixtures/sts-server.ts'

let issuer: TestIssuer
let sts: StsServer
let broker: TestBroker
beforeEach(async () => {
  ;[issuer, sts] = await Promise.all([startIssuer(), startStsServer()])
  broker = await startBroker({
    documents: [tenantDocument('acme', issuer.url)],
    stsEndpoint: sts.url,
  })
})
afterEach(async () => {
  broker.close()
  await Promise.all([issuer.close(), sts.close()])
})

it.each(['/v1/explain', '/v1/credentials'])('%s', async (path) => {
  const held: (() => void)[] = []
  issuer.respondWith((asked, response: ServerResponse) => {
    const document = asked.endsWith('/jwks')
      ? { keys: [issuer.publicJwk] }
      : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
    held.push(() => response.end(JSON.stringify(document)))
  })
  const now = Math.floor(Date.now() / 1000)
  const token = await issuer.sign({
    iss: issuer.url,
    sub: 'alice',
    aud: 'acme-app',
    iat: now,
    exp: now + 600,
  })
  const ask = (signal: AbortSignal, at: string) =>
    broker.app({
      ...{ method: 'POST', path: at, body: undefined, clientIp: '203.0.113.7', signal },
      headers: { authorization: `Bearer ${token}` },
    })
  const deadline = new AbortController()
  const late = ask(deadline.signal, path)
  const patient = ask(new AbortController().signal, '/v1/credentials')
  await expect.poll(() => held.length, { timeout: 20_000 }).toBe(1)
  deadline.abort()
  expect(JSON.parse((await late).body)).toMatchObject({ code: 'upstream_unavailable' })
  expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'upstream_unavailable' })
  held[0]?.()
  await expect.poll(() => held.length, { timeout: 20_000 }).toBe(2)
  held[1]?.()
  expect((await patient).status).toBe(200)
})
