/** Limits for callers: who is refused by which limit, when, and what nobody can find out by it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, tenantDocument } from '../fixtures/index.ts'
import { startClock } from './controlled-clock.ts'

const CLOCK = startClock()
beforeEach(() => CLOCK.pass(3_600_000))

/** Two tenants of one issuer, of which acme has limits. */
async function startLimited(limits: object, stage?: object, ofBeta: object = {}) {
  const { now, monotonicNs } = CLOCK
  const broker = await startTestBroker({
    ...{ now, monotonicNs },
    documents: (url) => [
      `${tenantDocument('acme', url)}\nlimits: ${JSON.stringify(limits)}\n`,
      `${tenantDocument('beta', url)}\nlimits: ${JSON.stringify(ofBeta)}\n`,
    ],
    ...(stage ? { environment: { BROKER_LIMITS: JSON.stringify(stage) } } : {}),
  })
  const ask = async (token: string, from: Parameters<typeof broker.send>[0] | object = {}) => {
    const { status, headers, body } = await broker.send({
      ...{ method: 'POST', path: '/v1/credentials' },
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: Buffer.from('{"grant":"read"}'),
      ...from,
    })
    const json = JSON.parse(body)
    return { status, code: json.code, retryAfter: headers['retry-after'], json }
  }
  /** The statuses of requests that are sent one after the other. */
  const statuses = async (count: number, token: string, from: object = {}) => {
    const found: number[] = []
    for (let sent = 0; sent < count; sent++) found.push((await ask(token, from)).status)
    return found
  }
  return { ...broker, ask, statuses }
}

describe('the limit of a subject', () => {
  it('refuses what is beyond it until it admits one again, and no other subject', async () => {
    const { statuses, ask, token, audit, issuer } = await startLimited({
      subject: { requestsPerMinute: 6, burst: 2 },
    })
    const [alice, bob] = [await token(), await token({ sub: 'bob' })]
    expect(await statuses(3, alice)).toEqual([200, 200, 429])
    expect(audit.at(-1)).toMatchObject({
      ...{ outcome: 'refused', code: 'throttled', limit: 'subject', tenant: 'acme' },
      ...{ issuer: issuer.url, subject: 'alice', endpoint: 'native', clientIp: '203.0.113.7' },
      reason:
        'Too many requests of the subject: expected at most 6 per minute, and 2 at once, in one ' +
        'function environment (limits.subject of tenant acme), found more; the next one is ' +
        'admitted in 10 s; find out who sends them, or raise the limit.',
    })
    expect(await statuses(1, bob)).toEqual([200])
    CLOCK.pass(9_999)
    expect(await ask(alice)).toMatchObject({ status: 429, code: 'throttled', retryAfter: '1' })
    CLOCK.pass(1)
    expect(await statuses(2, alice)).toEqual([200, 429])
  })

  it('applies to all tokens of the subject', async () => {
    const { statuses, token } = await startLimited({ subject: { requestsPerHour: 2 } })
    expect(await statuses(2, await token({ jti: '1' }))).toEqual([200, 200])
    expect(await statuses(1, await token({ jti: '2' }))).toEqual([429])
  })

  it('refuses a known token before its signature is verified, and STS is not called', async () => {
    const { statuses, token, audit, sts } = await startLimited({ subject: { requestsPerHour: 1 } })
    const alice = await token()
    await statuses(2, alice)
    const { durationsMs, tenant } = audit.at(-1) ?? {}
    expect([durationsMs, tenant]).toEqual([{}, 'acme'])
    expect(sts.calls).toHaveLength(1)
  })

  it('refuses a changed token as any other invalid one, and says nothing more', async () => {
    const { statuses, ask, token } = await startLimited({ subject: { requestsPerHour: 1 } })
    const alice = await token()
    expect(await statuses(2, alice)).toEqual([200, 429])
    expect(await ask(`${alice.slice(0, -4)}AAAA`)).toMatchObject({ code: 'invalid_token' })
    const { json } = await ask(alice)
    expect(JSON.stringify(json)).not.toMatch(/acme|alice|subject/)
  })

  it('counts the subject in each tenant alone', async () => {
    const { statuses, token } = await startLimited({}, { subject: { requestsPerHour: 1 } })
    expect(await statuses(2, await token())).toEqual([200, 429])
    expect(await statuses(2, await token({ aud: 'beta-app' }))).toEqual([200, 429])
  })

  it('does not apply to the same token in another tenant that the request names', async () => {
    const { statuses, token } = await startLimited({ subject: { requestsPerHour: 1 } })
    const both = await token({ aud: ['acme-app', 'beta-app'], azp: 'app' })
    const naming = (tenant: string) => ({ body: Buffer.from(JSON.stringify({ tenant })) })
    expect(await statuses(2, both, naming('acme'))).toEqual([200, 429])
    expect(await statuses(2, both, naming('beta'))).toEqual([200, 200])
  })

  it('is reached by requests that match no rule, too', async () => {
    const { statuses, token } = await startLimited({ subject: { requestsPerHour: 2 } })
    expect(await statuses(3, await token({ blocked: true }))).toEqual([403, 403, 429])
  })
})

describe('the limit of a tenant', () => {
  it('is used up by all its subjects, and by no other tenant', async () => {
    const { statuses, token } = await startLimited({
      tenant: { requestsPerSecond: 1, burst: 3 },
    })
    for (const sub of ['a', 'b', 'c'])
      expect(await statuses(1, await token({ sub }))).toEqual([200])
    expect(await statuses(1, await token({ sub: 'd' }))).toEqual([429])
    expect(await statuses(5, await token({ aud: 'beta-app' }))).toEqual(Array(5).fill(200))
    CLOCK.pass(1_000)
    expect(await statuses(2, await token({ sub: 'd' }))).toEqual([200, 429])
  })

  it('is not used up by a stranger, nor by a subject that is beyond its own', async () => {
    const { statuses, token, issuer, audit } = await startLimited({
      tenant: { requestsPerHour: 3 },
      subject: { requestsPerHour: 1 },
    })
    const other = await token({ aud: 'nobody' })
    expect(await statuses(10, other)).toEqual(Array(10).fill(403))
    expect(await statuses(10, `${await issuer.token({ aud: 'acme-app' }, 1)}`)).toEqual(
      Array(10).fill(401),
    )
    expect(await statuses(10, await token())).toEqual([200, ...Array(9).fill(429)])
    for (const jti of ['1', '2', '3'])
      expect(await statuses(1, await token({ jti }))).toEqual([429])
    expect(audit.at(-1)).toMatchObject({ limit: 'subject' })
    expect(await statuses(1, await token({ sub: 'bob' }))).toEqual([200])
  })

  it('replaces that of the stage', async () => {
    const { statuses, token } = await startLimited(
      { tenant: { requestsPerHour: 2 } },
      { tenant: { requestsPerHour: 1 } },
    )
    expect(await statuses(3, await token())).toEqual([200, 200, 429])
    expect(await statuses(2, await token({ aud: 'beta-app' }))).toEqual([200, 429])
  })
})

describe('the limit of a client address', () => {
  it('of the stage refuses before anything of the request is read', async () => {
    const { statuses, ask, token, audit } = await startLimited(
      {},
      { clientAddress: { requestsPerSecond: 1, burst: 2 } },
    )
    const alice = await token()
    expect(await statuses(3, alice)).toEqual([200, 200, 429])
    expect(audit.at(-1)).toMatchObject({ limit: 'clientAddress', code: 'throttled' })
    expect(audit.at(-1)).not.toHaveProperty('tenant')
    expect(audit.at(-1)).not.toHaveProperty('subjectTokenSha256')
    expect((await ask('not a token', { body: Buffer.from('{') })).status).toBe(429)
    expect((await ask(alice, { path: '/nowhere' })).status).toBe(429)
    expect((await ask(alice, { clientIp: '203.0.113.8' })).status).toBe(200)
  })

  it('ignores X-Forwarded-For, and counts an IPv6 network of 64 bits as one', async () => {
    const { statuses, token } = await startLimited({}, { clientAddress: { requestsPerHour: 1 } })
    const alice = await token()
    const from = (clientIp: string) => ({ clientIp })
    expect(await statuses(1, alice)).toEqual([200])
    const headers = { authorization: `Bearer ${alice}`, 'x-forwarded-for': '198.51.100.1' }
    expect(await statuses(1, alice, { headers })).toEqual([429])
    expect(await statuses(1, alice, from('2001:db8::1'))).toEqual([200])
    expect(await statuses(1, alice, from('2001:db8::ffff:1'))).toEqual([429])
    expect(await statuses(1, alice, from('2001:db8:0:1::1'))).toEqual([200])
  })

  it('counts all callers without a known address as one', async () => {
    const { statuses, token } = await startLimited({}, { clientAddress: { requestsPerHour: 1 } })
    expect(await statuses(2, await token(), { clientIp: '' })).toEqual([200, 429])
  })

  it('of a tenant counts what the tenant accepted, and not what another one did', async () => {
    const { statuses, token } = await startLimited({ clientAddress: { requestsPerHour: 2 } })
    expect(await statuses(3, await token({ aud: 'beta-app' }))).toEqual([200, 200, 200])
    expect(await statuses(3, await token({ aud: 'nobody' }))).toEqual([403, 403, 403])
    expect(await statuses(3, await token())).toEqual([200, 200, 429])
    expect(await statuses(1, await token(), { clientIp: '203.0.113.8' })).toEqual([200])
  })
})

it('counts an address in each tenant alone', async () => {
  const limits = { clientAddress: { requestsPerHour: 1 } }
  const { statuses, token } = await startLimited(limits, undefined, limits)
  expect(await statuses(2, await token())).toEqual([200, 429])
  expect(await statuses(2, await token({ aud: 'beta-app' }))).toEqual([200, 429])
})

describe('the limit of refused requests', () => {
  const STAGE = { refused: { requestsPerMinute: 60, burst: 3 } }

  it('refuses a flood of invalid tokens before their signatures are verified', async () => {
    const { statuses, token, audit } = await startLimited({}, STAGE)
    const forged = `${(await token()).slice(0, -4)}AAAA`
    expect(await statuses(5, forged)).toEqual([401, 401, 401, 429, 429])
    expect(audit.at(-1)).toMatchObject({ limit: 'refused', code: 'throttled', durationsMs: {} })
    CLOCK.pass(1_000)
    expect(await statuses(2, forged)).toEqual([401, 429])
  })

  it('refuses no caller at the same address whose token was verified a moment ago', async () => {
    const { statuses, token } = await startLimited({}, STAGE)
    const [known, unknown] = [await token(), await token({ sub: 'new' })]
    expect(await statuses(1, known)).toEqual([200])
    expect(await statuses(4, 'not.a.token')).toEqual([401, 401, 401, 429])
    expect(await statuses(2, known)).toEqual([200, 200])
    expect(await statuses(1, unknown)).toEqual([429])
    expect(await statuses(1, unknown, { clientIp: '203.0.113.8' })).toEqual([200])
    CLOCK.pass(300_000)
    await statuses(3, 'not.a.token')
    expect(await statuses(1, known)).toEqual([429])
  })

  it('does not count refusals of callers whom their tenant accepted', async () => {
    const { statuses, token } = await startLimited({}, STAGE)
    expect(await statuses(9, await token({ blocked: true }))).toEqual(Array(9).fill(403))
    expect(await statuses(1, await token({ sub: 'new' }))).toEqual([200])
  })

  it('does not count what the issuer is to blame for', async () => {
    const { statuses, token, issuer } = await startLimited({}, STAGE)
    issuer.respondWith((_, response) => response.writeHead(503).end())
    expect(await statuses(6, await token())).toEqual(Array(6).fill(503))
    issuer.respondWith(undefined)
    CLOCK.pass(5_000)
    expect(await statuses(1, await token({ sub: 'new' }))).toEqual([200])
  })

  it('counts an expired token, even one that was valid a moment ago', async () => {
    const { statuses, token } = await startLimited({}, STAGE)
    const alice = await token()
    expect(await statuses(1, alice)).toEqual([200])
    CLOCK.pass(24 * 3_600_000)
    expect(await statuses(5, alice)).toEqual([401, 401, 401, 429, 429])
  })

  it('counts a token that expired less than five minutes after it was accepted', async () => {
    const { statuses, token } = await startLimited({}, STAGE)
    const alice = await token({ exp: CLOCK.now() / 1000 + 30 })
    expect(await statuses(1, alice)).toEqual([200])
    CLOCK.pass(200_000)
    expect(await statuses(5, alice)).toEqual([401, 401, 401, 429, 429])
  })

  it('is reached alike with a tenant of another party and with an unknown one', async () => {
    const { ask, token } = await startLimited({ tenant: { requestsPerHour: 1 } }, STAGE)
    const beta = await token({ aud: 'beta-app' })
    const naming = (tenant: string) => ({ body: Buffer.from(JSON.stringify({ tenant })) })
    const responses = async (tenant: string) => {
      CLOCK.pass(3_600_000)
      const current = await token({ aud: 'beta-app', jti: tenant })
      const found: unknown[] = []
      for (let sent = 0; sent < 5; sent++) {
        const { json, ...rest } = await ask(current, naming(tenant))
        found.push([rest, { ...json, requestId: '' }])
      }
      return found
    }
    await ask(beta)
    const [others, unknown] = [await responses('acme'), await responses('none')]
    expect(others.map((one) => JSON.stringify(one).replaceAll('acme', 'none'))).toEqual(
      unknown.map((one) => JSON.stringify(one)),
    )
    expect(JSON.stringify(others)).toContain('throttled')
  })
})

describe('without limits', () => {
  it('nothing is refused, and nothing that counts is loaded', async () => {
    const { statuses, token, audit } = await startLimited({})
    expect(new Set(await statuses(100, await token()))).toEqual(new Set([200]))
    expect(audit.some((record) => 'limit' in record)).toBe(false)
  })
})
