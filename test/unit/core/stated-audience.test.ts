/** Opaque tokens of an issuer that states neither their audience nor their expiry. */
import { expect, it } from 'vitest'
import type { CompiledTenant } from '../../../packages/core/src/model/compiled-tenant.ts'
import type { CompiledOpaqueIssuer } from '../../../packages/core/src/model/opaque-issuer.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import { verifyOpaqueToken } from '../../../packages/core/src/verify/verify-opaque-token.ts'
import { OPAQUE_ISSUER } from '../../fixtures/issuer-of-opaque-tokens.ts'
import { NO_PROOFS } from './no-proofs.ts'

const ISSUER: CompiledOpaqueIssuer = {
  ...OPAQUE_ISSUER,
  profile: { kind: 'userinfo', url: 'https://id.example/userinfo' },
  audienceClaim: 'none',
  issuedAt: 'optional',
  expiresAt: 'optional',
}
const NOW_MS = 1_500_000

it('has the audience of the document, and the trace says so', async () => {
  const { identity, trace } = await verify({ client_id: 'another', aud: 'a third' })
  expect(identity?.audiences).toEqual(['app'])
  expect(trace).toContainEqual({
    stage: 'verify',
    check: 'the tenant document states the audience',
    passed: true,
    found: '["app"]',
  })
})

it('needs no expiry, and the trace says so', async () => {
  const { identity, trace } = await verify({})
  expect(identity?.subject).toBe('alice')
  expect(trace).toContainEqual({
    stage: 'verify',
    check: 'token has not expired (exp)',
    passed: true,
    expected: 'no exp is required',
    found: '(absent)',
  })
})

it.each([
  [{ exp: 1400 }, 'token_expired'],
  [{ exp: null }, 'invalid_token'],
  [{ exp: '2000' }, 'invalid_token'],
  [{ nbf: 1600 }, 'invalid_token'],
  [{ iss: 'https://evil.example' }, 'invalid_token'],
  [{ cnf: {} }, 'invalid_token'],
  [{ sub: undefined }, 'invalid_token'],
])('is refused where the response is %j', async (claims, code) => {
  expect((await verify(claims)).error).toMatchObject({ code })
})

it('needs an expiry unless the document says otherwise', async () => {
  const { expiresAt: _, ...limited } = ISSUER
  const { error, trace } = await verify({}, limited)
  expect(error).toMatchObject({ code: 'invalid_token' })
  expect(trace.at(-1)).toMatchObject({ check: 'exp is a time in seconds', passed: false })
})

async function verify(claims: object, issuer = ISSUER) {
  const trace = createTrace()
  const context = {
    ...{ requestId: 'r', endpoint: 'native', clientIp: '203.0.113.7', userAgent: undefined },
    signal: new AbortController().signal,
    trace,
    ports: {
      ...NO_PROOFS,
      now: () => NOW_MS,
      opaqueVerifier: { verify: async () => ({ claims: { sub: 'alice', ...claims } }) },
    },
  }
  const token = { text: 't', tenant: { tenant: 'acme' } as CompiledTenant, issuer, reason: 'only' }
  const { identity, error } = await verifyOpaqueToken(token, undefined, context).then(
    (created) => ({ identity: created, error: undefined }),
    (thrown: unknown) => ({ identity: undefined, error: thrown }),
  )
  return { identity, error, trace: showTrace(trace) }
}
