/** The deployed bundle in Lambda's runtime interface client: starts, deadlines, faults, memory. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { countsIn } from '../fixtures/embedded-metrics.ts'
import { makeTemporaryFolder, SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { lambdaEvent } from '../fixtures/lambda-event.ts'
import { BUNDLE, issue, prepareBundle, readInvocation } from './bundle-in-lambda.ts'
import { FUNCTION_MEMORY_MB, skipsRuntime } from './runtime-api.ts'

const { signingKey, issuer, sts, eventOf, start } = await prepareBundle()
afterEach(() => sts.respondWithCredentials())

describe.skipIf(skipsRuntime())('the broker in the Lambda runtime', { timeout: 300_000 }, () => {
  it('responds cold and warm, and logs one line per request', async () => {
    const fetchesBefore = issuer.requests.length
    const lambda = await start()
    const cold = await issue(lambda, await eventOf())
    const warm = await issue(lambda, await eventOf('bob'))
    for (const { status, json, record } of [cold, warm]) {
      expect([status, json.grant, json.credentials.secretAccessKey]).toEqual([
        200,
        'read',
        SECRET_ACCESS_KEY,
      ])
      expect(record).toMatchObject({
        outcome: 'issued',
        requestId: json.requestId,
        clientIp: '203.0.113.7',
      })
    }
    expect([countsIn(cold.line), countsIn(warm.line)]).toEqual([
      { Issued: 1, KeyFetches: 1 },
      { Issued: 1 },
    ])
    expect(issuer.requests.slice(fetchesBefore)).toEqual([
      '/.well-known/openid-configuration',
      '/jwks',
    ])
    expect(
      readInvocation(
        await lambda.invoke(lambdaEvent({ method: 'GET', path: '/.well-known/jwks.json' })),
      ).json.keys,
    ).toHaveLength(1)
    expect(lambda.takeLines()).toEqual([])
  })

  it('responds 503 when the deadline is near during a call to STS, and then recovers', async () => {
    const lambda = await start({}, { timeoutMs: 3_000 })
    expect((await issue(lambda, await eventOf())).status).toBe(200)
    sts.stopResponding()
    const late = await issue(lambda, await eventOf())
    expect([late.status, late.json.code, late.headers['retry-after']]).toEqual([
      503,
      'upstream_unavailable',
      '1',
    ])
    expect(late.record).toMatchObject({
      outcome: 'refused',
      code: 'upstream_unavailable',
      tenant: 'acme',
    })
    expect(countsIn(late.line)).toMatchObject({ Errors: 1, StsErrors: 1 })
    sts.respondWithCredentials()
    expect((await issue(lambda, await eventOf())).status).toBe(200)
  })

  it('issues no credentials while records cannot be written, and keeps running', async () => {
    const lambda = await start()
    expect((await issue(lambda, await eventOf())).status).toBe(200)
    lambda.process.stdout?.destroy()
    for (let request = 0; request < 3; request++) {
      const { status, json } = readInvocation(await lambda.invoke(await eventOf()))
      expect([status, json.code, json.credentials]).toEqual([500, 'internal', undefined])
    }
    expect(
      readInvocation(await lambda.invoke(lambdaEvent({ method: 'GET', path: '/healthz' }))).status,
    ).toBe(200)
  })

  it('reports an event that it cannot read without quoting it, and keeps running', async () => {
    const lambda = await start()
    const { headers } = await eventOf()
    const invocation = await lambda.invoke({ headers, body: SESSION_TOKEN })
    expect(readInvocation(invocation).status).toBe(500)
    await lambda.waitForLine()
    const reported = `${JSON.stringify(invocation)}\n${lambda.takeLines().join('\n')}`
    expect(reported).toContain('"code":"config_invalid"')
    for (const canary of ['eyJ', SESSION_TOKEN, signingKey]) expect(reported).not.toContain(canary)
    expect((await issue(lambda, await eventOf())).status).toBe(200)
  })

  it.each([
    ['BROKER_ISSUER', { BROKER_ISSUER: undefined }],
    ['BROKER_SESSION_NAME_KEY', { BROKER_SESSION_NAME_KEY: 'canary' }],
    ['BROKER_METRICS_NAMESPACE', { BROKER_METRICS_NAMESPACE: 'AWS/canary' }],
    ['tenants file', { BROKER_TENANTS_FILE: '/nonexistent/tenants.jsonl' }],
  ])('responds config_invalid if %s is not valid, and says so first', async (name, environment) => {
    const lambda = await start(environment)
    await lambda.waitForLine()
    const [first = ''] = lambda.takeLines()
    expect(JSON.parse(first)).toMatchObject({
      event: 'start',
      outcome: 'error',
      code: 'config_invalid',
      reason: expect.stringContaining(name),
    })
    expect(first).not.toContain('canary')
    for (let request = 0; request < 2; request++) {
      const { status, json, record, line } = await issue(lambda, await eventOf())
      expect([status, json.code]).toEqual([500, 'config_invalid'])
      expect(record).toMatchObject({ outcome: 'error', code: 'config_invalid' })
      expect(record.reason).toContain(name)
      expect(line).not.toContain('canary')
    }
    expect(
      readInvocation(await lambda.invoke(lambdaEvent({ method: 'GET', path: '/healthz' }))).status,
    ).toBe(200)
  })

  it('exits immediately on SIGTERM, and logs nothing more', async () => {
    const lambda = await start()
    expect((await issue(lambda, await eventOf())).status).toBe(200)
    lambda.process.kill('SIGTERM')
    expect(await once(lambda.process, 'exit')).toEqual([null, 'SIGTERM'])
    expect(lambda.takeLines()).toEqual([])
  })

  describe('memory', () => {
    const MEMORY = z.object({ usedBytes: z.number(), rssBytes: z.number() })
    /** Half of what a leak of 1 kB per request would add. */
    const BOUND_BYTES = 512 * 1024

    it('does not grow in 1,000 invocations, and is less than the function has', async () => {
      const { grownBytes, rssBytes } = await measure(BUNDLE)
      expect(grownBytes).toBeLessThan(BOUND_BYTES)
      expect(rssBytes).toBeLessThan(FUNCTION_MEMORY_MB * 1024 * 1024)
    })

    it('would grow measurably with a leak of 1 kB per request', async () => {
      const folder = makeTemporaryFolder()
      const bundle = JSON.stringify(pathToFileURL(path.join(BUNDLE, 'index.mjs')).href)
      writeFileSync(
        path.join(folder, 'index.mjs'),
        `import { handler as whole } from ${bundle}
const kept = []
export const handler = (event, context) => {
  kept.push(Buffer.alloc(1024).toString('latin1'))
  return whole(event, context)
}`,
      )
      const { grownBytes } = await measure(folder)
      expect(grownBytes).toBeGreaterThan(BOUND_BYTES)
    })

    /**
     * Memory that 1,000 invocations add, each with another caller and token, after 1,000 to warm up
     * code and caches.
     */
    async function measure(bundle: string) {
      const lambda = await start({}, { bundle, probeMemory: true })
      const serve = async (callers: string) => {
        for (let index = 0; index < 1_000; index++) {
          expect((await issue(lambda, await eventOf(`${callers}-${index}`))).status).toBe(200)
        }
      }
      const probe = async () => {
        lambda.process.send('memory')
        return MEMORY.parse((await once(lambda.process, 'message'))[0])
      }
      await serve('warm')
      const { usedBytes } = await probe()
      await serve('then')
      const after = await probe()
      return { grownBytes: after.usedBytes - usedBytes, rssBytes: after.rssBytes }
    }
  })
})
