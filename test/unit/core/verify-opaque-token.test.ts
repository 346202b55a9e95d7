/** What an issuer says about an opaque token is checked before anything is decided by it. */
import { describe, expect, it } from 'vitest'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import type { CompiledTenant } from '../../../packages/core/src/model/compiled-tenant.ts'
import type { IssuerTls } from '../../../packages/core/src/model/issuer-tls.ts'
import type { CompiledOpaqueIssuer } from '../../../packages/core/src/model/opaque-issuer.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import { isVouchedFor } from '../../../packages/core/src/verify/find-opaque-issuer.ts'
import { verifyOpaqueToken } from '../../../packages/core/src/verify/verify-opaque-token.ts'
import { OPAQUE_ISSUER } from '../../fixtures/issuer-of-opaque-tokens.ts'
import { NO_PROOFS } from './no-proofs.ts'

const ISSUER: CompiledOpaqueIssuer = { ...OPAQUE_ISSUER, issuedAt: 'optional' }
const NOW_MS = 1_500_000

it('creates an identity of what the issuer says', async () => {
  const { identity, trace } = await verify({ team: 'red' })
  expect(identity).toMatchObject({
    issuer: 'idp',
    subject: 'alice',
    audiences: ['app'],
    authorizedParty: 'app',
    claims: { team: 'red' },
    scope: { issuer: 'idp', request: { ip: '203.0.113.7', endpoint: 'native' } },
    token: undefined,
    trusts: [],
    failedTrusts: [],
  })
  expect(trace[0]).toEqual({
    stage: 'verify',
    check: 'an issuer of the tenant vouches for the token',
    passed: true,
    expected: 'introspection (the only one)',
    found: 'idp',
  })
  expect(trace.every(({ passed }) => passed)).toBe(true)
})

it('asks the issuer of the tenant about the token, and records that it was asked', async () => {
  const { asked, isVouched } = await verify({})
  expect(asked).toEqual([
    ['opaque', { tenant: 'acme', issuer: 'idp', profile: OPAQUE_ISSUER.profile }],
  ])
  expect(isVouched).toBe(true)
})

it('accepts a response that names the issuer of the document', async () => {
  const { identity, trace } = await verify({ iss: 'idp' })
  expect(identity?.issuer).toBe('idp')
  expect(trace).toContainEqual({
    ...{ stage: 'verify', check: 'iss of the response is the issuer', passed: true },
    ...{ expected: 'idp', found: 'idp' },
  })
})

it.each([
  [{ token_type: 'DPoP' }, 'a bearer token, or one of DPoP with its key', '["DPoP"]'],
  [{ client_id: 7 }, '1 or more characters', 'number'],
])('shows the operator what was expected instead of %j', async (claims, expected, found) => {
  expect((await verify(claims)).trace.at(-1)).toMatchObject({ passed: false, expected, found })
})

const NO_PROOF = 'bound token is sent with the scheme DPoP'
const JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

it.each([
  ['another issuer', { iss: 'https://evil.example' }, 'iss of the response is the issuer'],
  ['an empty issuer', { iss: '' }, 'iss of the response is the issuer'],
  ['an issuer that is null', { iss: null }, 'iss of the response is the issuer'],
  ['a refresh token', { token_type: 'refresh_token' }, 'token is an access token'],
  ['a refresh token by token_use', { token_use: 'Refresh_Token' }, 'token is an access token'],
  ['an ID token', { token_type: 'id_token' }, 'token is an access token'],
  ['an ID token by token_use', { token_use: 'id' }, 'token is an access token'],
  ['a DPoP token', { token_type: 'DPoP' }, 'token is an access token'],
  ['a token with proof of possession', { token_type: 'pop' }, 'token is an access token'],
  ['a MAC token', { token_type: 'mac' }, 'token is an access token'],
  ['a token type that is no text', { token_type: ['Bearer'] }, 'token is an access token'],
  ['a token that is bound to no key', { cnf: {} }, 'cnf contains digests of keys'],
  ['a bound token without its proof', { cnf: { jkt: JKT } }, NO_PROOF],
  ['one of DPoP', { token_type: 'DPoP', cnf: { jkt: JKT } }, NO_PROOF],
  ['one of DPoP without a thumbprint', { token_type: 'DPoP', cnf: {} }, 'token is an access token'],
  ['a delegated token', { act: { sub: 'bob' } }, 'token is not delegated (act)'],
  ['an event', { events: {} }, 'token is not about an event (events)'],
  ['no subject', { sub: undefined }, 'sub is a non-empty string'],
  ['an empty subject', { sub: '' }, 'sub is a non-empty string'],
  ['a subject that is a number', { sub: 1 }, 'sub is a non-empty string'],
  ['no expiry', { exp: undefined }, 'exp is a time in seconds'],
  ['an expiry that is text', { exp: '2000' }, 'exp is a time in seconds'],
  ['a time before it is valid', { nbf: 1600 }, 'token is already valid (nbf)'],
  ['an issue in the future', { iat: 1600 }, 'token was not issued in the future (iat)'],
  ['an issue time that is text', { iat: '1000' }, 'iat is a time in seconds'],
  ['no client', { client_id: undefined }, 'client_id is a non-empty string'],
  ['an empty client', { client_id: '' }, 'client_id is a non-empty string'],
  ['a list of clients', { client_id: ['app'] }, 'client_id is a non-empty string'],
])('refuses %s', async (_, claims, check) => {
  const { error, trace } = await verify(claims)
  expect(error).toMatchObject({ code: 'invalid_token' })
  expect(trace.at(-1)).toMatchObject({ check, passed: false })
})

it('says what to send in place of a refresh token', async () => {
  const { error } = await verify({ token_type: 'refresh_token' })
  expect(error).toMatchObject({ message: expect.stringMatching(/send an access token\.$/) })
  expect((await verify({ token_type: 'Bearer', token_use: 'access' })).error).toBeUndefined()
})

it.each([
  [
    { iss: 'https://evil.example' },
    'The response about the token names another issuer (iss): expected "idp", found ' +
      '"https://evil.example"; check the issuer and the URL under verify in the tenant document.',
  ],
  [
    { token_type: 'id_token' },
    'The issuer says that the token is a refresh or ID token, or that it is bound to a key, ' +
      'without cnf.jkt: expected "a bearer token, or one of DPoP with its key", found ' +
      '"id_token"; send an access token.',
  ],
  [
    { client_id: 7 },
    'The issuer does not say to which client it issued the token: expected client_id with 1 or ' +
      'more characters, found a number; let it return client_id, or write audienceClaim: aud in ' +
      'the tenant document.',
  ],
])('says what is wrong with a response: %j', async (claims, message) => {
  expect((await verify(claims)).error).toMatchObject({ message, callerMessage: undefined })
})

it('refuses a token without a key where the document requires one', async () => {
  const required: CompiledOpaqueIssuer = { ...ISSUER, proofOfPossession: 'required' }
  const { error, trace } = await verify({}, required)
  expect(error).toMatchObject({ code: 'invalid_token' })
  expect(trace.at(-1)).toMatchObject({
    ...{ check: 'token is bound to a key (proofOfPossession)', passed: false },
  })
})

it('asks with the certificates of the document', async () => {
  const tls: IssuerTls = { ca: 'CERTIFICATE' }
  const { asked } = await verify({}, { ...ISSUER, tls })
  expect(asked).toMatchObject([['opaque', { issuer: 'idp', tls }]])
})

it.each([
  ['has expired', { exp: 1400 }],
  ['is too old', { iat: 800 }],
])('has a code of its own where the token %s', async (_, claims) => {
  expect((await verify(claims)).error).toMatchObject({ code: 'token_expired' })
})

it('accepts a response of a token without iat, unless the document limits the age', async () => {
  expect((await verify({})).error).toBeUndefined()
  const { issuedAt: _, ...limited } = ISSUER
  expect((await verify({}, limited)).error).toMatchObject({ code: 'invalid_token' })
  expect((await verify({ iat: 1400 }, limited)).error).toBeUndefined()
})

it('accepts the clock tolerance, and not more', async () => {
  expect((await verify({ exp: 1471 })).error).toBeUndefined()
  expect((await verify({ exp: 1470 })).error).toMatchObject({ code: 'token_expired' })
})

it('accepts a delegated token where the document does', async () => {
  const accepting: CompiledOpaqueIssuer = { ...ISSUER, delegatedTokens: 'accept' }
  expect((await verify({ act: { sub: 'bob' } }, accepting)).error).toBeUndefined()
})

it('knows the caller and the party by the claims that the document names', async () => {
  const named: CompiledOpaqueIssuer = {
    ...ISSUER,
    ...{ subject: ['user', 'id'], authorizedPartyClaim: 'appid' },
  }
  const claims = { sub: undefined, user: { id: 'u-1' }, azp: 'other', appid: 'desk' }
  const { identity } = await verify(claims, named)
  expect(identity).toMatchObject({ subject: 'u-1', authorizedParty: 'desk' })
  for (const id of [undefined, '', 7]) {
    const { error, trace } = await verify({ user: { id } }, named)
    expect(error).toMatchObject({ code: 'invalid_token' })
    expect(trace.at(-1)).toMatchObject({ check: 'user.id is a non-empty string', passed: false })
  }
})

describe('the audience', () => {
  it('is the client, whatever aud is', async () => {
    expect((await verify({ aud: ['openid', 'email'] })).identity?.audiences).toEqual(['app'])
  })

  it('is aud where the document says so, and never the client', async () => {
    const byAud: CompiledOpaqueIssuer = { ...ISSUER, audienceClaim: 'aud' }
    expect((await verify({ aud: ['a', 'b'] }, byAud)).identity?.audiences).toEqual(['a', 'b'])
    expect((await verify({}, byAud)).identity?.audiences).toEqual([])
    expect((await verify({ aud: [1] }, byAud)).error).toMatchObject({ code: 'invalid_token' })
  })
})

describe('before an issuer has vouched for the token', () => {
  it('says only that none has, and keeps the reason for the record', async () => {
    const inactive = new BrokerError('invalid_token', 'It belongs to another client.')
    const { error, trace, isVouched } = await verify(inactive)
    expect(error).toMatchObject({ code: 'invalid_token', message: inactive.message })
    expect(isVouched).toBe(false)
    expect(trace).toEqual([
      {
        stage: 'verify',
        check: 'an issuer of the tenant vouches for the token',
        passed: false,
        expected: 'a token that an issuer of the named tenant accepts',
        found: 'none vouches for it',
      },
    ])
  })

  it.each(['issuer_unavailable', 'throttled', 'config_invalid'] as const)(
    'passes on that the issuer cannot be asked: %s',
    async (code) => {
      const { error, trace } = await verify(new BrokerError(code, 'It cannot be asked.'))
      expect(error).toMatchObject({ code })
      expect(trace).toEqual([])
    },
  )
})

async function verify(claims: object, issuer = ISSUER) {
  const trace = createTrace()
  const asked: unknown[] = []
  const tenant = { tenant: 'acme' } as CompiledTenant
  const context = {
    ...{ requestId: 'r', endpoint: 'native', clientIp: '203.0.113.7', userAgent: undefined },
    signal: new AbortController().signal,
    trace,
    ports: {
      ...NO_PROOFS,
      now: () => NOW_MS,
      opaqueVerifier: {
        verify: async (...question: unknown[]) => {
          asked.push(question)
          if (claims instanceof Error) throw claims
          return { claims: { active: true, sub: 'alice', client_id: 'app', exp: 2000, ...claims } }
        },
      },
    },
  }
  const token = { text: 'opaque', tenant, issuer, reason: 'the only one' }
  const { identity, error } = await verifyOpaqueToken(token, undefined, context).then(
    (created) => ({ identity: created, error: undefined }),
    (thrown: unknown) => ({ identity: undefined, error: thrown }),
  )
  return { identity, error, trace: showTrace(trace), asked, isVouched: isVouchedFor(trace) }
}
