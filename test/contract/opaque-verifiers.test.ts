/** What every kind of opaque issuer must do: one suite, run for each of them. */
import type { OpaqueProfile } from '@token-broker/core'
import { compileTenant, formatError } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { createEnvironmentSecrets } from '../../packages/functions/src/adapters/secrets/environment-secrets.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { OPAQUE_KINDS, PROVIDER_SECRET, type StartedKind } from '../fixtures/opaque-kinds.ts'
import { checksOf, type TokenChecks } from '../unit/adapters/token-checks.ts'

const SECRETS = { get: async () => PROVIDER_SECRET }

describe.each(OPAQUE_KINDS)('$kind', async ({ start }) => {
  const provider = await closeAfterTests(start())
  const profile = profileOf(provider)
  const checks = (options: Parameters<typeof checksOf>[1] = {}) =>
    checksOf(profile, { secrets: SECRETS, ...options })

  it('vouches for a token, and names its user', async () => {
    const fresh = checks()
    const { claims } = await fresh.verify(provider.token('bob'), fresh.source)
    expect(claims.sub).toBe('bob')
  })

  it('vouches for no unknown token', async () => {
    const refusal = await checks().refusalOf('unknown-canary')
    expect(refusal).toMatchObject({ code: 'invalid_token' })
    expect(refusal.message).not.toContain('canary')
  })

  it.each([
    ['an error', 500, '{}', 'issuer_unavailable'],
    ['a gateway that times out', 504, '<html>', 'issuer_unavailable'],
    ['a redirect', 302, '{}', 'issuer_unavailable'],
    ['a permanent redirect', 308, '{}', 'issuer_unavailable'],
    ['too many requests', 429, '{}', 'throttled'],
    ['a page', 200, '<html>', 'issuer_unavailable'],
    ['nothing', 200, '', 'issuer_unavailable'],
    ['a list', 200, '[]', 'issuer_unavailable'],
    ['a member twice', 200, '{"a":1,"a":2}', 'issuer_unavailable'],
    ['no UTF-8', 200, Buffer.from([0x7b, 0xff, 0x7d]), 'issuer_unavailable'],
    ['more than 32 KiB', 200, `{"a":"${'a'.repeat(32 * 1024)}"}`, 'issuer_unavailable'],
  ])('is refused where the issuer responds with %s', async (_, status, body, code) => {
    const token = provider.token()
    provider.respondWith((response) =>
      response.writeHead(status, { location: `${provider.url}/elsewhere` }).end(body),
    )
    const before = provider.countCalls()
    const refusal = await checks()
      .refusalOf(token)
      .finally(() => provider.respondWith(undefined))
    expect(refusal).toMatchObject({ code })
    expect(refusal.message).not.toMatch(/canary/)
    expect(provider.countCalls()).toBe(before + 1)
  })

  it('is refused where nothing listens', async () => {
    const closed = await start()
    const gone = checksOf(profileOf(closed), { secrets: SECRETS })
    await closed.close()
    const refusal = await gone.refusalOf('token-canary')
    expect(refusal).toMatchObject({ code: 'issuer_unavailable' })
    expect(refusal.message).toContain('ECONNREFUSED')
    expect(refusal.message).not.toContain('canary')
  })

  it('is not called at a private address', async () => {
    const rule = { allowLoopback: false, privateHosts: new Set<string>() }
    const before = provider.countCalls()
    expect(await checks({ rule }).refusalOf('t')).toMatchObject({ code: 'issuer_unavailable' })
    expect(provider.countCalls()).toBe(before)
  })

  it('is asked once in a minute, for each tenant and name by itself', async () => {
    const fresh = checks()
    const token = provider.token()
    const isAsked = async (source = fresh.source) => {
      const before = provider.countCalls()
      await fresh.verify(token, source)
      return provider.countCalls() > before
    }
    expect(await isAsked()).toBe(true)
    expect(await isAsked()).toBe(false)
    expect(await isAsked({ ...fresh.source, tenant: 'beta' })).toBe(true)
    expect(await isAsked({ ...fresh.source, issuer: 'other' })).toBe(true)
    fresh.pass(59_000)
    expect(await isAsked()).toBe(false)
    fresh.pass(1_000)
    expect(await isAsked()).toBe(true)
  })

  it('is asked once by concurrent requests', async () => {
    const alone = checks()
    const before = provider.countCalls()
    await alone.verify(provider.token(), alone.source)
    const each = provider.countCalls() - before
    const many = checks()
    const token = provider.token()
    await Promise.all(Array.from({ length: 20 }, () => many.verify(token, many.source)))
    expect(provider.countCalls() - before).toBe(2 * each)
  })

  it('gets at most 50 calls for 500 fabricated tokens at once', async () => {
    const flooded = checks()
    const before = provider.countCalls()
    const floods = Array.from({ length: 500 }, (_, index) => flooded.refusalOf(`fake-${index}`))
    const codes = (await Promise.all(floods)).map(({ code }) => code)
    expect(provider.countCalls() - before).toBe(50)
    expect(codes.filter((code) => code === 'throttled')).toHaveLength(450)
  })
})

it('waits for no issuer longer than 3 s', async () => {
  await Promise.all(
    OPAQUE_KINDS.map(async ({ start }) => {
      const silent = await closeAfterTests(start())
      const token = silent.token()
      silent.respondWith(() => {})
      const startedMs = performance.now()
      const refusal = await checksOf(profileOf(silent), { secrets: SECRETS }).refusalOf(token)
      expect(refusal).toMatchObject({ code: 'issuer_unavailable' })
      expect(refusal.message).toContain('did not respond within 3000 ms')
      expect(refusal.message).not.toContain('canary')
      expect(performance.now() - startedMs).toBeLessThan(4_500)
    }),
  )
})

describe('a secret', async () => {
  const started = await Promise.all(
    OPAQUE_KINDS.map(async ({ kind, start }) => ({
      kind,
      provider: await closeAfterTests(start()),
    })),
  )
  const withSecret = started.flatMap(({ kind, provider }) =>
    provider.rotateSecret ? [{ kind, provider, rotateSecret: provider.rotateSecret }] : [],
  )

  it('is what all kinds have but two', () => {
    const without = started.filter(({ provider }) => !provider.rotateSecret)
    expect(without.map(({ kind }) => kind)).toEqual([
      ...['userinfo of a single application', 'login-with-amazon'],
    ])
  })

  it.each(withSecret)('that is missing is named: $kind', async ({ provider }) => {
    const secrets = createEnvironmentSecrets({})
    const refusal = await checksOf(profileOf(provider), { secrets }).refusalOf(provider.token())
    expect(refusal).toMatchObject({ code: 'config_invalid' })
    expect(refusal.message).toContain('idp-client')
  })

  it.each(withSecret)('that the issuer refuses is named, and not quoted: $kind', async (one) => {
    const wrong = 'wrong-secret-canary-0123456789-0123456789'
    const secrets = { get: async () => wrong }
    const refusal = await checksOf(profileOf(one.provider), { secrets }).refusalOf('t')
    expect(refusal).toMatchObject({ code: 'config_invalid' })
    expect(refusal.message).toContain('idp-client')
    expect(refusal.message).not.toContain('canary')
  })

  it.each(withSecret)('is read again after it was rotated: $kind', async (one) => {
    const { provider, rotateSecret } = one
    const next = 'rotated-secret-0123456789-0123456789-0123456789'
    let stored = PROVIDER_SECRET
    const get = async (_: string, { isRefused = false } = {}) => {
      if (isRefused) stored = next
      return stored
    }
    const checks: TokenChecks<OpaqueProfile> = checksOf(profileOf(provider), { secrets: { get } })
    await checks.verify(provider.token(), checks.source)
    rotateSecret(next)
    const { claims } = await checks.verify(provider.token(), checks.source)
    expect([claims.sub, stored]).toEqual(['alice', next])
  })
})

/** As the document of a tenant compiles. */
function profileOf({ document }: Pick<StartedKind, 'document'>): OpaqueProfile {
  const { tenant, errors } = compileTenant(
    JSON.stringify({
      tenant: 'acme',
      issuers: [document],
      rules: [{ name: 'all', grant: 'read' }],
      grants: { read: { role: 'arn:aws:iam::111122223333:role/acme' } },
    }),
    'acme.json',
  )
  const profile = tenant?.opaqueIssuers?.[0]?.profile
  if (profile === undefined) throw new Error(errors.map(formatError).join('\n'))
  return profile
}
