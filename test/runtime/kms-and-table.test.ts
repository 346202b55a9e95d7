/** The deployed bundles in Lambda's runtime interface client, with KMS and a table of tenants. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { skipsRuntime } from './runtime-api.ts'
import { startStageFunctions } from './stage-functions.ts'

describe.skipIf(skipsRuntime())('the two functions of a stage', { timeout: 300_000 }, () => {
  let stage: Awaited<ReturnType<typeof startStageFunctions>>
  beforeAll(async () => {
    stage = await startStageFunctions()
  })

  it('mints tokens, cold and warm, that match the keys that the issuer publishes', async () => {
    const { issuer, kms, sts, table, get, issue } = stage
    expect([await issue(), await issue()]).toEqual([200, 200])
    const { json } = await get(issuer, '/.well-known/jwks.json')
    expect(json.keys.map(({ alg }: { alg: string }) => alg)).toEqual(['RS256', 'ES256'])
    for (const call of sts.calls)
      await jwtVerify(call.get('WebIdentityToken') ?? '', createLocalJWKSet(json), {
        audience: 'sts.amazonaws.com',
      })
    expect(sts.calls).toHaveLength(2)
    // Each key is read once, each token is signed once, and the table is read once.
    expect(kms.calls.map((call) => call.split(' ')[0]).sort()).toEqual([
      'GetPublicKey',
      'GetPublicKey',
      'Sign',
      'Sign',
    ])
    expect(table.requests).toEqual(['Query', 'GetItem'])
  })

  it('separates tasks: the broker publishes no keys, the issuer no credentials', async () => {
    const { broker, issuer, get, issue } = stage
    expect((await get(broker, '/.well-known/jwks.json')).status).toBe(404)
    expect((await get(issuer, '/.well-known/openid-configuration')).json.issuer).toBe(
      'http://127.0.0.1:8787',
    )
    expect(await issue(issuer)).toBe(404)
  })

  it('responds 503 while KMS fails, still publishes its keys, and recovers', async () => {
    const { issuer, kms, get, issue } = stage
    kms.respondWith((response) => response.writeHead(500).end('{}'))
    expect(await issue()).toBe(503)
    expect((await get(issuer, '/.well-known/jwks.json')).json.keys).toHaveLength(2)
    kms.respondWith(undefined)
    expect(await issue()).toBe(200)
  })
})
