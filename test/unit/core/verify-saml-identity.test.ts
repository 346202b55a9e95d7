/** An assertion is verified under the SAML profiles of its issuer alone, and proves no key. */
import type { IssuerTrust, VerificationProfile } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import type { SamlProfile } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import {
  type PresentedToken,
  partiesUnder,
  verifyIdentity,
} from '../../../packages/core/src/verify/verify-identity.ts'
import { NO_SAML } from '../../fixtures/no-saml.ts'
import { NO_PROOFS } from './no-proofs.ts'
import { PROFILE, unsignedToken } from './unsigned-tokens.ts'

const ASSERTION = { xml: '<a/>', issuer: 'https://id.example' }
const JWT = unsignedToken({ iat: 1000, exp: 2000 })
const SAML: SamlProfile = { ...PROFILE, saml: { recipients: [], multiValued: [] } }

const trust = (profile: VerificationProfile): IssuerTrust => ({
  ...{ profile, tenants: { acme: { audiences: ['app'] } } },
})

it('an assertion uses the profiles for assertions alone', async () => {
  const { identity, tried } = await verify(ASSERTION, [trust(PROFILE), trust(SAML)])
  expect(identity).toMatchObject({
    ...{ issuer: 'https://id.example', subject: 'alice', audiences: ['app'], token: ASSERTION },
    ...{ authorizedParty: undefined, trusts: [{ trust: trust(SAML) }], failedTrusts: [] },
  })
  expect(tried).toEqual(['assertion'])
})

it('a JWT uses the profiles for JWTs alone', async () => {
  const { identity, tried } = await verify(JWT, [trust(SAML), trust(PROFILE)])
  expect(identity?.trusts.map((passed) => passed.trust.profile)).toEqual([PROFILE])
  expect(tried).toEqual(['JWT'])
})

describe('a token of a kind for which its issuer is not trusted', () => {
  const OTHER_KIND = 'which is trusted for tokens of another kind (SAML assertions or JWTs)'

  it.each<[string, PresentedToken, VerificationProfile]>([
    ['an assertion', ASSERTION, PROFILE],
    ['a JWT', JWT, SAML],
  ])('is refused with its reason: %s', async (_, token, profile) => {
    const { error, tried } = await verify(token, [trust(profile)])
    expect(error).toMatchObject({ code: 'issuer_untrusted' })
    expect(String(error)).toContain(OTHER_KIND)
    expect(tried).toEqual([])
  })

  it('differs from one whose issuer is not trusted at all', async () => {
    const { error } = await verify(ASSERTION, [])
    expect(error).toMatchObject({ code: 'issuer_untrusted' })
    expect(String(error)).not.toContain(OTHER_KIND)
  })

  it('has no identity under a document that has the other kind meanwhile', async () => {
    const { identity, context } = await verify(ASSERTION, [trust(SAML)])
    if (!identity) throw new Error('the assertion was refused')
    const other = { ...PROFILE, maxTokenAgeSeconds: 7 }
    expect(await partiesUnder(other, identity, context)).toBeUndefined()
    const later = { ...SAML, maxTokenAgeSeconds: 7 }
    expect(await partiesUnder(later, identity, context)).toMatchObject({ subject: 'alice' })
  })
})

describe('where the document requires a proof of a key', () => {
  const REQUIRED = { ...PROFILE, proofOfPossession: 'required' } as const

  it('a token without one is refused', async () => {
    const { error, trace } = await verify(JWT, [trust(REQUIRED)])
    expect(error).toMatchObject({ code: 'invalid_token' })
    expect(String(error)).toContain('only tokens that are bound to a key are accepted')
    expect(trace.at(-1)).toMatchObject({
      ...{ check: 'token is bound to a key (proofOfPossession)', passed: false },
      ...{ expected: 'the claim cnf', found: '(absent)' },
    })
  })
})

it('an attribute cnf of an assertion binds it to no key', async () => {
  const { identity, error } = await verify(ASSERTION, [trust(SAML)], { cnf: { jkt: 'x' } })
  expect(error).toBeUndefined()
  expect(identity?.claims).toMatchObject({ cnf: { jkt: 'x' } })
})

async function verify(token: PresentedToken, trusts: readonly IssuerTrust[], claims: object = {}) {
  const tried: string[] = []
  const trace = createTrace()
  const context = {
    ...{ requestId: 'r', endpoint: 'native', clientIp: '203.0.113.7', userAgent: undefined },
    ...{ signal: new AbortController().signal, trace },
    ports: {
      ...NO_PROOFS,
      tenants: {
        findTrusts: async () => trusts,
        findPool: async () => undefined,
        load: async () => undefined,
      },
      samlVerifier: {
        ...NO_SAML,
        verify: async () => {
          tried.push('assertion')
          return { checks: [], claims: { sub: 'alice', ...claims }, audiences: ['app'] }
        },
      },
      verifier: {
        verify: async () => {
          tried.push('JWT')
        },
      },
      now: () => 1_500_000,
    },
  }
  const found = await verifyIdentity(token, { tenant: undefined }, context).then(
    (identity) => ({ identity, error: undefined }),
    (error: unknown) => ({ identity: undefined, error }),
  )
  return { ...found, tried, context, trace: showTrace(trace) }
}
