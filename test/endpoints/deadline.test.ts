/** A deadline that passes before the issuer's keys arrive ends one request, and no other. */
import { expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'

it.each(['/v1/explain', '/v1/credentials'])('ends the late request to %s', async (path) => {
  const { issuer, audit, send, token } = await startTestBroker()
  const delayed: (() => void)[] = []
  issuer.respondWith((requested, response) => {
    const document = requested.endsWith('/jwks')
      ? { keys: [issuer.publicJwk] }
      : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
    delayed.push(() => response.end(JSON.stringify(document)))
  })
  const headers = { authorization: `Bearer ${await token()}` }
  const deadline = new AbortController()
  const late = send({ method: 'POST', path, headers, signal: deadline.signal })
  const patient = send({
    ...{ method: 'POST', path: '/v1/credentials', headers },
    signal: new AbortController().signal,
  })
  await expect.poll(() => delayed.length, { timeout: 20_000 }).toBe(1)
  deadline.abort()
  expect(JSON.parse((await late).body)).toMatchObject({ code: 'upstream_unavailable' })
  expect(audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'upstream_unavailable' })
  delayed[0]?.()
  await expect.poll(() => delayed.length, { timeout: 20_000 }).toBe(2)
  delayed[1]?.()
  expect((await patient).status).toBe(200)
})
