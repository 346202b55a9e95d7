/** What the checks of a SAML token refuse, record and return, whatever reads its XML. */
import { describe, expect, it } from 'vitest'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import type { SamlProfile } from '../../../packages/core/src/model/compiled-tenant.ts'
import { MAX_ASSERTION_CHARACTERS } from '../../../packages/core/src/model/sts-limits.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import {
  type AssertionCheck,
  type AssertionStatement,
  parseAssertion,
  type SamlToken,
  type SamlVerifier,
  verifyAssertion,
} from '../../../packages/core/src/verify/verify-assertion.ts'
import { NO_SAML } from '../../fixtures/no-saml.ts'
import { PROFILE } from './unsigned-tokens.ts'

const TOKEN: SamlToken = { xml: '<a/>', issuer: 'https://id.example' }
const SAML: SamlProfile = { ...PROFILE, saml: { recipients: [], multiValued: [] } }
const NOW_MS = 1_500_000
const WELL_FORMED = {
  ...{ stage: 'verify', check: 'token is well formed' },
  expected: 'base64 of a SAML 2.0 response or assertion',
}

describe('what the caller sends', () => {
  it('is read, and recorded as well formed', async () => {
    const { token, trace, read } = await parse('x'.repeat(MAX_ASSERTION_CHARACTERS))
    expect(token).toBe(TOKEN)
    expect(read).toBe(1)
    expect(trace.at(-1)).toEqual({
      ...{ stage: 'verify', check: 'token is well formed', passed: true },
    })
  })

  it('is not read where it is too long', async () => {
    const { error, trace, read } = await parse('x'.repeat(MAX_ASSERTION_CHARACTERS + 1))
    expect(error).toMatchObject({
      ...{ code: 'invalid_token', callerMessage: undefined },
      message: `The SAML token is longer than ${MAX_ASSERTION_CHARACTERS} characters.`,
    })
    expect(read).toBe(0)
    expect(trace).toEqual([{ ...WELL_FORMED, passed: false, found: 'more characters' }])
  })

  it.each([
    [new BrokerError('invalid_token', 'It is not XML.'), 'It is not XML.'],
    [new TypeError('a secret'), undefined],
  ])('is refused as the reader says: %s', async (thrown, found) => {
    const { error, trace } = await parse('x', () => Promise.reject(thrown))
    expect(error).toBe(thrown)
    expect(trace.at(-1)).toEqual({
      ...{ ...WELL_FORMED, passed: false },
      ...(found === undefined ? {} : { found }),
    })
  })
})

describe('what the assertion says', () => {
  const CLAIMS = { sub: 'alice', groups: ['red'] }

  it('is returned, without a party and without a limit of its own', async () => {
    const { parties, asked } = await verify({ claims: CLAIMS })
    expect(parties).toEqual({
      ...{ claims: CLAIMS, subject: 'alice', audiences: ['app'], authorizedParty: undefined },
    })
    expect(asked).toEqual([[TOKEN, SAML, 700]])
  })

  it('is refused at the first check that does not pass', async () => {
    const passing: AssertionCheck = {
      ...{ check: 'one', passed: true, expected: 1, found: 1, message: '', code: 'internal' },
    }
    const failing: AssertionCheck = {
      ...{ check: 'two', passed: false, expected: 2, found: 3 },
      ...{ message: 'It is 3.', callerMessage: 'It is not 2.', code: 'token_expired' },
    }
    const { error, trace } = await verify({ checks: [passing, failing] })
    expect(error).toMatchObject({
      ...{ code: 'token_expired', message: 'It is 3.', callerMessage: 'It is not 2.' },
    })
    expect(trace.slice(-2)).toEqual([
      { stage: 'verify', check: 'one', passed: true, expected: '1', found: '1' },
      { stage: 'verify', check: 'two', passed: false, expected: '2', found: '3' },
    ])
  })

  it('is refused without a subject', async () => {
    const { error } = await verify({ claims: {} })
    expect(error).toMatchObject({ code: 'invalid_token' })
  })

  it('is refused without a valid signature', async () => {
    const forged = new BrokerError('invalid_token', 'No key of the issuer signed it.')
    const { error } = await verify(forged)
    expect(error).toBe(forged)
  })

  const LASTS = 'session at the identity provider lasts long enough (SessionNotOnOrAfter)'

  it.each([900, 3600.9])('limits the session to its %s s', async (seconds) => {
    const { parties, trace } = await verify({
      claims: { ...CLAIMS, sessionNotOnOrAfter: NOW_MS / 1000 + seconds },
    })
    expect(parties?.maxSessionSeconds).toBe(Math.floor(seconds))
    expect(trace.at(-1)).toEqual({
      ...{ stage: 'verify', check: LASTS, passed: true },
      ...{ expected: '>= 900 s', found: `${Math.floor(seconds)} s` },
    })
  })

  it('is refused where the session ends before one of AWS STS could', async () => {
    const { error, trace } = await verify({
      claims: { ...CLAIMS, sessionNotOnOrAfter: NOW_MS / 1000 + 899.9 },
    })
    expect(error).toMatchObject({
      code: 'token_expired',
      message:
        'The session at the identity provider ends in 899 s, and AWS STS issues none of less ' +
        'than 900 s; log in again at the identity provider.',
    })
    expect(trace.at(-1)).toMatchObject({ check: LASTS, passed: false, found: '899 s' })
  })

  it.each(['3000', null])('has no limit where its end is no number: %j', async (end) => {
    const { parties } = await verify({ claims: { ...CLAIMS, sessionNotOnOrAfter: end } })
    expect(parties).not.toHaveProperty('maxSessionSeconds')
  })
})

async function parse(subjectToken: string, reading: SamlVerifier['read'] = async () => TOKEN) {
  const trace = createTrace()
  let read = 0
  const samlVerifier: SamlVerifier = {
    ...NO_SAML,
    read: (encoded) => {
      read++
      return reading(encoded)
    },
  }
  const context = {
    ...{ requestId: 'r', endpoint: 'native', clientIp: '203.0.113.7', userAgent: undefined },
    ...{ signal: new AbortController().signal, trace, ports: { samlVerifier } },
  }
  const { token, error } = await parseAssertion({ subjectToken }, context).then(
    (found) => ({ token: found, error: undefined }),
    (thrown: unknown) => ({ token: undefined, error: thrown }),
  )
  return { token, error, read, trace: showTrace(trace) }
}

async function verify(statement: Partial<AssertionStatement> | Error) {
  const trace = createTrace()
  const asked: unknown[] = []
  const samlVerifier: SamlVerifier = {
    ...NO_SAML,
    verify: async (...question) => {
      asked.push(question)
      if (statement instanceof Error) throw statement
      return { checks: [], claims: { sub: 'alice' }, audiences: ['app'], ...statement }
    },
  }
  const context = { trace, ports: { samlVerifier, now: () => NOW_MS } }
  const { parties, error } = await verifyAssertion(SAML, TOKEN, 700, context).then(
    (found) => ({ parties: found, error: undefined }),
    (thrown: unknown) => ({ parties: undefined, error: thrown }),
  )
  return { parties, error, asked, trace: showTrace(trace) }
}
