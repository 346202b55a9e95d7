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
  [
    'another audience',
    {},
    { audiences: ['other'] },
    'tenant acme accepts the audience',
    'tenant acme does not accept the audience (aud): expected "app", "desk", found "other"; add ' +
      'the audience to audiences of the issuer in the tenant document, or get a token for an ' +
      'accepted one.',
  ],
  [
    'no audience',
    {},
    { audiences: [] },
    'tenant acme accepts the audience',
    'tenant acme does not accept the audience (aud): expected "app", "desk", found none; add the ' +
      'audience to audiences of the issuer in the tenant document, or get a token for an ' +
      'accepted one.',
  ],
  [
    'another party',
    { authorizedParties: ['desk'] },
    { authorizedParty: 'app' },
    'tenant acme accepts the authorized party',
    'tenant acme does not accept the authorized party: expected "desk", found "app"; add it to ' +
      'authorizedParties of the issuer in the tenant document, or let an accepted app request ' +
      'the token.',
  ],
  [
    'a caller who is no member',
    { member: 'claims.org == "acme"' },
    {},
    'identity is a member of tenant acme',
    'the subject is not a member of tenant acme: expected claims.org == "acme", found ' +
      'claims.org is absent; correct the claim at the issuer, or member in the tenant document.',
  ],
])('refuses %s', (_, issuer, found, check, reason) => {
  const { error, failed } = resolve(found, issuer)
  expect(error).toMatchObject({
    code: 'access_denied',
    message: `The token is not accepted: ${reason}`,
    callerMessage: undefined,
  })
  expect(failed).toEqual([check])
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
  const shown = showTrace(trace)
  const failed = shown.filter(({ passed }) => !passed).map(({ check }) => check)
  return { resolved, error, identity, failed, checks: shown.map(({ check }) => check) }
}
