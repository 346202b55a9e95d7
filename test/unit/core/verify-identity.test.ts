/** A token is verified under the profiles of its issuer, those of the named tenant first. */
import type { IssuerTrust, VerificationProfile } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import { partiesUnder, verifyIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { NO_SAML } from '../../fixtures/no-saml.ts'
import { NO_PROOFS } from './no-proofs.ts'
import { PROFILE, unsignedToken } from './unsigned-tokens.ts'

const NOW_MS = 1_500_000
/** Whose key signed the tokens of these tests, by their `maxTokenAgeSeconds`. */
const GOOD = { ...PROFILE, maxTokenAgeSeconds: 1000 }
const OTHER_GOOD = { ...PROFILE, maxTokenAgeSeconds: 2000 }
const BAD = { ...PROFILE, maxTokenAgeSeconds: 3000 }
const OTHER_BAD = { ...PROFILE, maxTokenAgeSeconds: 4000 }
const TOO_YOUNG = { ...PROFILE, maxTokenAgeSeconds: 1 }

const ALICE = {
  claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', iat: 1000, exp: 2000 },
  subject: 'alice',
  audiences: ['app'],
  authorizedParty: undefined,
}

const trust = (profile: VerificationProfile, ...tenants: string[]): IssuerTrust => ({
  profile,
  tenants: Object.fromEntries(tenants.map((tenant) => [tenant, { audiences: ['app'] }])),
})

describe('verifyIdentity', () => {
  it('returns who the caller is, and the variables of conditions', async () => {
    const claims = { aud: ['app', 'api'], azp: 'web', client_id: 'cli', team: 'red' }
    const { identity, token } = await verify([trust(GOOD, 'acme')], { claims })
    expect(identity).toEqual({
      issuer: 'https://id.example',
      subject: 'alice',
      claims: token.claims,
      audiences: ['app', 'api'],
      authorizedParty: 'web',
      trusts: [
        {
          trust: trust(GOOD, 'acme'),
          parties: {
            claims: token.claims,
            subject: 'alice',
            audiences: ['app', 'api'],
            authorizedParty: 'web',
          },
        },
      ],
      failedTrusts: [],
      token,
      scope: expect.objectContaining({
        claims: token.claims,
        issuer: 'https://id.example',
        request: { ip: '203.0.113.7', endpoint: 'native' },
      }),
    })
  })

  it('records the checks in their order', async () => {
    const { checks } = await verify([trust(GOOD, 'acme')])
    expect(checks).toEqual([
      'issuer is trusted',
      'algorithm is allowed',
      'token type is accepted',
      'signature is the issuer’s',
      'token is not about an event (events)',
      'token is not delegated (act)',
      'exp is a time in seconds',
      'iat is a time in seconds',
      'token was not issued in the future (iat)',
      'token has not expired (exp)',
      'token is not too old (iat, maxTokenAge)',
      'sub is a non-empty string',
      'aud contains only strings',
      'azp and client_id are non-empty strings',
    ])
  })

  it('refuses an issuer that no document trusts, before any key is used', async () => {
    const { error, tried, trace } = await verify([])
    expect(error).toMatchObject({
      code: 'issuer_untrusted',
      message: expect.stringContaining('No tenant document trusts the issuer of the token: found '),
      callerMessage: undefined,
    })
    expect(tried).toEqual([])
    expect(trace).toEqual([
      {
        stage: 'verify',
        check: 'issuer is trusted',
        passed: false,
        expected: 'iss of a tenant document',
        found: 'https://id.example',
      },
    ])
  })

  it('uses no key where the header is refused', async () => {
    const { error, tried } = await verify([trust(GOOD, 'acme')], { header: { alg: 'none' } })
    expect(error).toMatchObject({ code: 'invalid_token' })
    expect(tried).toEqual([])
  })

  it('keeps what passed and what failed', async () => {
    const trusts = [trust(BAD, 'beta'), trust(GOOD, 'acme'), trust(OTHER_GOOD, 'gamma')]
    const { identity } = await verify(trusts)
    expect(identity?.trusts.map(({ trust }) => trust)).toEqual([trusts[1], trusts[2]])
    expect(identity?.failedTrusts).toEqual([trusts[0]])
  })

  it('throws the first failure where nothing passes', async () => {
    const { error } = await verify([trust(BAD, 'acme'), trust(TOO_YOUNG, 'beta')])
    expect(error).toMatchObject({ code: 'invalid_token', message: 'no key for 3000' })
    const reversed = await verify([trust(TOO_YOUNG, 'beta'), trust(BAD, 'acme')])
    expect(reversed.error).toMatchObject({ code: 'token_expired' })
  })

  it('tries the named tenant’s profile first, and no other where it passes', async () => {
    const trusts = [trust(OTHER_GOOD, 'beta'), trust(GOOD, 'acme', 'gamma')]
    expect((await verify(trusts, { hint: 'acme' })).tried).toEqual([1000])
    expect((await verify(trusts, { hint: 'beta' })).tried).toEqual([2000])
    expect((await verify(trusts)).tried).toEqual([2000, 1000])
    expect((await verify(trusts, { hint: 'constructor' })).tried).toEqual([2000, 1000])
  })

  it('tries the others where the named tenant’s profile fails; its failure counts', async () => {
    const trusts = [trust(GOOD, 'beta'), trust(BAD, 'acme')]
    const passed = await verify(trusts, { hint: 'acme' })
    expect(passed.tried).toEqual([3000, 1000])
    expect(passed.identity?.failedTrusts).toEqual([trusts[1]])
    const failed = await verify([trust(OTHER_BAD, 'beta'), trust(BAD, 'acme')], { hint: 'acme' })
    expect(failed.error).toMatchObject({ message: 'no key for 3000' })
  })

  it('refuses a token that is bound to a key, without its proof', async () => {
    const claims = { cnf: { jkt: 'x'.repeat(43) } }
    const { error } = await verify([trust(GOOD, 'acme')], { claims })
    expect(error).toMatchObject({ code: 'invalid_token' })
    expect(String(error)).toContain('its DPoP proof cannot be sent here')
  })

  it('records why a signature was refused, and passes on what is no refusal', async () => {
    const { trace } = await verify([trust(BAD, 'acme')])
    expect(trace.at(-1)).toEqual({
      stage: 'verify',
      check: 'signature is the issuer’s',
      passed: false,
      expected: 'a key of the issuer',
      // The verifier's message may say more than a caller should read in an explanation.
      found: 'no key verifies it',
    })
    const defect = { ...PROFILE, maxTokenAgeSeconds: 0 }
    const broken = await verify([trust(defect), trust(GOOD, 'acme')])
    expect(broken.error).toBeInstanceOf(TypeError)
  })
})

describe('partiesUnder', () => {
  it('uses the result for the same or an equal profile, without verifying again', async () => {
    const { identity, context, tried } = await verify([trust(GOOD, 'acme'), trust(BAD, 'beta')])
    if (!identity) throw new Error('the token was refused')
    expect(await partiesUnder(GOOD, identity, context)).toEqual(ALICE)
    expect(await partiesUnder({ ...GOOD }, identity, context)).toEqual(ALICE)
    expect(await partiesUnder({ ...BAD }, identity, context)).toBeUndefined()
    expect(tried).toEqual([1000, 3000])
  })

  it('verifies under a profile that was not tried', async () => {
    const { identity, context, tried } = await verify([trust(GOOD, 'acme')])
    if (!identity) throw new Error('the token was refused')
    expect(await partiesUnder(OTHER_GOOD, identity, context)).toEqual(ALICE)
    expect(await partiesUnder(BAD, identity, context)).toBeUndefined()
    expect(await partiesUnder(TOO_YOUNG, identity, context)).toBeUndefined()
    expect(tried).toEqual([1000, 2000, 3000, 1])
    await expect(
      partiesUnder({ ...PROFILE, maxTokenAgeSeconds: 0 }, identity, context),
    ).rejects.toBeInstanceOf(TypeError)
  })
})

interface VerifyOptions {
  readonly hint?: string
  readonly claims?: object
  readonly header?: object
}

async function verify(
  trusts: readonly IssuerTrust[],
  { hint, claims, header }: VerifyOptions = {},
) {
  const token = unsignedToken({ iat: 1000, exp: 2000, ...claims }, header)
  const tried: number[] = []
  const trace = createTrace()
  const { signal } = new AbortController()
  const context = {
    ...{ requestId: 'r', endpoint: 'native', clientIp: '203.0.113.7', userAgent: undefined },
    ...{ signal, trace },
    ports: {
      ...NO_PROOFS,
      tenants: {
        findTrusts: async () => trusts,
        findPool: async () => undefined,
        load: async () => undefined,
      },
      samlVerifier: NO_SAML,
      verifier: {
        async verify(_token: object, { maxTokenAgeSeconds }: VerificationProfile) {
          tried.push(maxTokenAgeSeconds)
          if (maxTokenAgeSeconds === 0) throw new TypeError('a defect')
          if (maxTokenAgeSeconds >= 3000)
            throw new BrokerError('invalid_token', `no key for ${maxTokenAgeSeconds}`)
        },
      },
      now: () => NOW_MS,
    },
  }
  const found = await verifyIdentity(token, { tenant: hint }, context).then(
    (identity) => ({ identity, error: undefined }),
    (error: unknown) => ({ identity: undefined, error }),
  )
  const shown = showTrace(trace)
  return { ...found, token, tried, context, trace: shown, checks: shown.map(({ check }) => check) }
}
