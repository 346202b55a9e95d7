/** How long what an issuer said is used, and how often it is called. */
import { describe, expect, it } from 'vitest'
import { closeAfterTests } from '../../fixtures/index.ts'
import { startIntrospection } from '../../fixtures/introspection-server.ts'
import { checksWith } from './token-checks.ts'

const server = await closeAfterTests(startIntrospection('secret'))
const now = Math.floor(Date.now() / 1000)

async function callsOf(work: () => Promise<unknown>): Promise<number> {
  const before = server.requests.length
  await work()
  return server.requests.length - before
}

describe('a valid token', () => {
  it('is asked about once in a minute', async () => {
    const checks = checksWith(server)
    const token = server.token()
    const verify = () => checks.verify(token, checks.source)
    expect(await callsOf(verify)).toBe(1)
    checks.pass(59_999)
    expect(await callsOf(verify)).toBe(0)
    checks.pass(1)
    expect(await callsOf(verify)).toBe(1)
  })

  it('is asked about again once it has expired', async () => {
    const checks = checksWith(server)
    const token = server.token({ exp: now + 20 })
    await checks.verify(token, checks.source)
    checks.pass(18_000)
    expect(await callsOf(() => checks.verify(token, checks.source))).toBe(0)
    checks.pass(2_001)
    expect(await callsOf(() => checks.verify(token, checks.source))).toBe(1)
  })

  it('is asked about once for all requests that wait', async () => {
    const checks = checksWith(server)
    const token = server.token()
    const verify = () => checks.verify(token, checks.source)
    expect(await callsOf(() => Promise.all(Array.from({ length: 20 }, verify)))).toBe(1)
  })

  it.each([
    ['tenant', { tenant: 'beta' }],
    ['issuer', { issuer: 'other' }],
    ['secret', { profile: { clientSecret: 'other' } }],
    ['client', { profile: { clientId: 'acme-broker', method: 'client_secret_post' as const } }],
  ])(
    'is asked about again for another %s',
    async (_, other: { tenant?: string; issuer?: string; profile?: object }) => {
      const checks = checksWith(server)
      const token = server.token()
      await checks.verify(token, checks.source)
      const profile = { ...checks.source.profile, ...other.profile }
      const source = { ...checks.source, ...other, profile }
      expect(await callsOf(() => checks.verify(token, source))).toBe(1)
    },
  )

  it('is kept while 2,000 fabricated ones arrive', async () => {
    const checks = checksWith(server)
    const token = server.token()
    await checks.verify(token, checks.source)
    const fabricated = Array.from({ length: 2_000 }, (_, index) => `fabricated-${index}`)
    await Promise.allSettled(fabricated.map((one) => checks.verify(one, checks.source)))
    expect(await callsOf(() => checks.verify(token, checks.source))).toBe(0)
  })
})

it('asks about an inactive token once in 5 s', async () => {
  const checks = checksWith(server)
  const refuse = () => checks.refusalOf('unknown')
  expect(await callsOf(refuse)).toBe(1)
  checks.pass(4_999)
  expect(await callsOf(refuse)).toBe(0)
  expect((await refuse()).code).toBe('invalid_token')
  checks.pass(1)
  expect(await callsOf(refuse)).toBe(1)
})

it('does not remember that the issuer could not be asked', async () => {
  const checks = checksWith(server)
  const token = server.token()
  server.respondWith((response) => response.writeHead(500).end())
  expect((await checks.refusalOf(token)).code).toBe('issuer_unavailable')
  server.respondWith(undefined)
  expect(await checks.verify(token, checks.source)).toMatchObject({ claims: { sub: 'alice' } })
})

describe('fabricated tokens', () => {
  let tokens = 0
  const flood = (checks: ReturnType<typeof checksWith>, size: number) =>
    Promise.all(Array.from({ length: size }, () => checks.refusalOf(`made-up-${++tokens}`)))

  it('cause at most 50 calls at once, and 10 more in each second', async () => {
    const checks = checksWith(server)
    const refusals = await flood(checks, 500)
    const codes = Map.groupBy(refusals, ({ code }) => code)
    expect(codes.get('invalid_token')).toHaveLength(50)
    expect(codes.get('throttled')).toHaveLength(450)
    expect(codes.get('throttled')?.[0]).toMatchObject({ retryAfterSeconds: 1 })
    checks.pass(1_000)
    expect(await callsOf(() => flood(checks, 500))).toBe(10)
    checks.pass(3_600_000)
    expect(await callsOf(() => flood(checks, 500))).toBe(50)
  })

  it('of one tenant do not stop another one', async () => {
    const checks = checksWith(server)
    await flood(checks, 100)
    const beta = { ...checks.source, tenant: 'beta' }
    expect(await checks.verify(server.token(), beta)).toMatchObject({ claims: { sub: 'alice' } })
  })
})

it('does not limit valid tokens', async () => {
  const checks = checksWith(server)
  for (let index = 0; index < 120; index++)
    expect(await checks.verify(server.token(), checks.source)).toMatchObject({
      claims: { sub: 'alice' },
    })
})

describe('a rotated secret', () => {
  const rotating = async (stored: () => string) => {
    const rotated = await closeAfterTests(startIntrospection('old'))
    const reads: boolean[] = []
    let known = 'old'
    const secrets = {
      get: async (_: string, { isRefused = false } = {}) => {
        reads.push(isRefused)
        if (isRefused) known = stored()
        return known
      },
    }
    return { rotated, reads, checks: checksWith(rotated, { secrets }) }
  }

  it('is read again when the issuer refuses the old one', async () => {
    const { rotated, reads, checks } = await rotating(() => 'new')
    await checks.verify(rotated.token(), checks.source)
    rotated.rotateSecret('new')
    expect(await checks.verify(rotated.token(), checks.source)).toMatchObject({
      claims: { sub: 'alice' },
    })
    expect(reads).toEqual([false, false, true])
  })

  it('is named where the stored one is refused too, and is not sent twice', async () => {
    const { rotated, checks } = await rotating(() => 'old')
    rotated.rotateSecret('new')
    const refusal = await checks.refusalOf(rotated.token())
    expect(refusal).toMatchObject({ code: 'config_invalid' })
    expect(refusal.message).toContain('check the secret idp-client')
    expect(rotated.requests).toHaveLength(1)
  })
})
