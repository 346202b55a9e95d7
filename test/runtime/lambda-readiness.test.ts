/** The deployed bundle says, in Lambda's runtime client, whether it can issue credentials. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { tenantsFile } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { lambdaEvent } from '../fixtures/lambda-event.ts'
import { issue, prepareBundle, readInvocation } from './bundle-in-lambda.ts'
import type { Lambda } from './runtime-api.ts'
import { skipsRuntime } from './runtime-api.ts'

const { eventOf, start, signingKey } = await prepareBundle()
const empty = path.join(makeTemporaryFolder(), 'tenants.jsonl')
writeFileSync(empty, tenantsFile([]))

describe.skipIf(skipsRuntime())('readiness in the Lambda runtime', { timeout: 300_000 }, () => {
  it('is ready, and has logged nothing', async () => {
    const lambda = await start()
    expect(await get(lambda, '/healthz', 'ready')).toMatchObject({
      status: 200,
      json: { ready: true },
    })
    expect(lambda.takeLines()).toEqual([])
    expect((await issue(lambda, await eventOf())).status).toBe(200)
  })

  it.each([
    ['no issuer', { BROKER_ISSUER: undefined }, 'setting_invalid', 'BROKER_ISSUER is not set'],
    [
      'a public key',
      { BROKER_SIGNING_KEY: '-----BEGIN PUBLIC KEY-----\ncanary\n-----END PUBLIC KEY-----' },
      'setting_invalid',
      'BROKER_SIGNING_KEY is a public key',
    ],
    [
      'a key file that is missing',
      { BROKER_SIGNING_KEY: undefined, BROKER_SIGNING_KEY_FILE: '/canary/key.pem' },
      'setting_invalid',
      'BROKER_SIGNING_KEY_FILE names a file that cannot be read',
    ],
    ['no tenants', { BROKER_TENANTS_FILE: empty }, 'tenants_missing', 'contains none'],
    [
      'unreadable tenants',
      { BROKER_TENANTS_FILE: '/canary/tenants.jsonl' },
      'tenants_unreadable',
      'cannot be',
    ],
    ['no key', { BROKER_SIGNING_KEY: undefined }, 'signing_key_missing', 'no key to sign'],
  ])('with %s it is not ready, says why first, and is no issuer', async (_, wrong, code, why) => {
    const lambda = await start(wrong)
    await lambda.waitForLine()
    const lines = lambda.takeLines()
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      event: 'start',
      outcome: 'error',
      reason: expect.stringContaining(why),
    })
    const { status, json } = await get(lambda, '/healthz', 'ready')
    expect([status, json.ready, json.problems.map((one: { code: string }) => one.code)]).toEqual([
      503,
      false,
      [code],
    ])
    expect(JSON.stringify(json)).not.toMatch(/canary|tenants\.jsonl|arn:/)
    for (const document of ['openid-configuration', 'jwks.json']) {
      const response = await get(lambda, `/.well-known/${document}`)
      expect([404, 503]).toContain(response.status)
      expect(response.json.detail).toMatch(/is no issuer/)
    }
    const refused = readInvocation(await lambda.invoke(await eventOf()))
    expect([refused.status, refused.json.code]).toEqual([500, 'config_invalid'])
    expect((await get(lambda, '/healthz')).status).toBe(200)
  })

  it('names a misspelt setting in its first line, and its value nowhere', async () => {
    const misspelt = { BROKER_ISSUER: undefined, BROKER_ISUER: 'https://canary.example' }
    const broken = await start(misspelt)
    await broken.waitForLine()
    const [first = ''] = broken.takeLines()
    expect(JSON.parse(first)).toMatchObject({
      outcome: 'error',
      reason: expect.stringContaining('BROKER_ISSUER is not set'),
      settings: [expect.stringContaining('did you mean BROKER_ISSUER?')],
    })
    const warned = await start({ BROKER_EXPLIAN: 'on' })
    await warned.waitForLine()
    const [warning = ''] = warned.takeLines()
    expect(JSON.parse(warning)).toMatchObject({
      event: 'start',
      outcome: 'warning',
      settings: [
        'Environment variable BROKER_EXPLIAN is not a setting and has no effect; ' +
          'did you mean BROKER_EXPLAIN?',
      ],
    })
    expect((await issue(warned, await eventOf())).status).toBe(200)
    for (const canary of ['canary', signingKey]) expect(first + warning).not.toContain(canary)
  })
})

async function get(lambda: Lambda, path: string, query?: string) {
  const event = lambdaEvent({ method: 'GET', path, ...(query === undefined ? {} : { query }) })
  return readInvocation(await lambda.invoke(event))
}
