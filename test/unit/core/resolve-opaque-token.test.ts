/** The tenant by whose document an opaque token was verified accepts the identity, or not. */
import { expect, it } from 'vitest'
import { resolveOpaqueToken } from '../../../packages/core/src/decide/resolve-opaque-token.ts'
import type { CompiledTenant } from '../../../packages/core/src/model/compiled-tenant.ts'
import type { CompiledOpaqueIssuer } from '../../../packages/core/src/model/opaque-issuer.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { OPAQUE_ISSUER } from '../../fixtures/issuer-of-opaque-tokens.ts'

const TENANT = { tenant: 'acme', grants: {} } as CompiledTenant
const ISSUER: CompiledOpaqueIssuer = { ...OPAQUE_ISSUER, audiences: ['app', 'desk'] }

it('is the tenant of the request, with the identity that was verified', () => {
  const { resolved, identity, checks } = resolve({})
  expect(resolved?.tenant).toBe(TENANT)
  expect(resolved?.identity).toBe(identity)
  expect(checks).toEqual([
    'tenant acme accepts the audience',
    'tenant acme accepts the authorized party',
  ])
})

it.each([
  ['another audience', {}, { audiences: ['other'] }, 'tenant acme accepts the audience'],
  ['no audience', {}, { audiences: [] }, 'tenant acme accepts the audience'],
  [
    'another party',
    { authorizedParties: ['desk'] },
    { authorizedParty: 'app' },
    'tenant acme accepts the authorized party',
  ],
  [
    'a caller who is no member',
    { member: 'claims.org == "acme"' },
    {},
    'identity is a member of tenant acme',
  ],
])('refuses %s', (_, issuer, found, check) => {
  const { error, checks } = resolve(found, issuer)
  expect(error).toMatchObject({
    code: 'access_denied',
    message: 'The tenant does not accept this token.',
    callerMessage: undefined,
  })
  expect(checks.at(-1)).toBe(check)
})

function resolve(found: object, more: object = {}) {
  const trace = createTrace()
  const claims = { sub: 'alice' }
  const identity = {
    ...{ issuer: 'idp', subject: 'alice', claims, audiences: ['app'], authorizedParty: 'app' },
    ...{ trusts: [], failedTrusts: [], token: undefined },
    scope: { claims, issuer: 'idp', request: { ip: '203.0.113.7', endpoint: 'native' } },
    ...found,
  } as unknown as VerifiedIdentity
  const token = { text: 't', tenant: TENANT, issuer: { ...ISSUER, ...more }, reason: 'named' }
  let resolved: ReturnType<typeof resolveOpaqueToken> | undefined
  let error: unknown
  try {
    resolved = resolveOpaqueToken(token, identity, trace)
  } catch (thrown) {
    error = thrown
  }
  return { resolved, error, identity, checks: showTrace(trace).map(({ check }) => check) }
}
