/** Form, header and times of a subject token; a refusal says what is wrong, without the token. */
import { describe, expect, it } from 'vitest'
import {
  checkHeader,
  checkLifetime,
  parseSubjectToken,
} from '../../../packages/core/src/verify/subject-token.ts'
import { compactToken, PROFILE, runCheck, unsignedToken } from './unsigned-tokens.ts'

const CLAIMS = { iss: 'https://id.example', sub: 'alice' }

describe('a well-formed token', () => {
  it('is read with its header, claims, algorithm, key id and issuer', () => {
    const header = { alg: 'RS256', kid: 'key-1', typ: 'JWT' }
    const compact = compactToken(CLAIMS, header)
    const { trace } = runCheck((trace) => {
      expect(parseSubjectToken(compact, trace)).toEqual({
        ...{ compact, header, claims: CLAIMS },
        ...{ algorithm: 'RS256', keyId: 'key-1', issuer: 'https://id.example' },
      })
    })
    expect(trace.checks).toMatchObject([{ check: 'token is well formed', passed: true }])
  })

  it('needs no kid, and has up to 20,000 characters', () => {
    runCheck((trace) => {
      expect(parseSubjectToken(compactToken(CLAIMS), trace).keyId).toBeUndefined()
    })
    const [header, payload] = compactToken(CLAIMS).split('.')
    const longest = (extra: number) => {
      const start = `${header}.${payload}.`
      return start + 'A'.repeat(Math.floor((20_000 - start.length) / 4) * 4 + extra)
    }
    expect(runCheck((trace) => parseSubjectToken(longest(0), trace)).thrown).toBeUndefined()
    expect(String(runCheck((trace) => parseSubjectToken(longest(4), trace)).thrown)).toContain(
      'has 20002 characters, and at most 20000 are accepted',
    )
  })
})

const [HEADER, PAYLOAD] = compactToken(CLAIMS).split('.')
const encoded = (bytes: number[]) => Buffer.from(bytes).toString('base64url')

describe('a malformed token', () => {
  it.each([
    ['', 'is not a signed JWT of three non-empty parts'],
    ['a', 'is not a signed JWT of three non-empty parts'],
    [`${HEADER}.${PAYLOAD}`, 'is not a signed JWT of three non-empty parts'],
    [`${HEADER}.${PAYLOAD}.`, 'is not a signed JWT of three non-empty parts'],
    [`.${PAYLOAD}.AAAA`, 'is not a signed JWT of three non-empty parts'],
    [`${HEADER}..AAAA`, 'is not a signed JWT of three non-empty parts'],
    [`${HEADER}.${PAYLOAD}.AAAA.A`, 'is not a signed JWT of three non-empty parts'],
    [`${HEADER}.${PAYLOAD}.AAA=`, 'has a signature that is not canonical base64url'],
    [`${HEADER}.${PAYLOAD}.AB`, 'has a signature that is not canonical base64url'],
    [`${HEADER}.${PAYLOAD}.A+/A`, 'has a signature that is not canonical base64url'],
    [`${HEADER}=.${PAYLOAD}.AAAA`, 'has a header that is not canonical base64url'],
    [`${HEADER}.${PAYLOAD}=.AAAA`, 'has a payload that is not canonical base64url'],
    [`${encoded([0xff])}.${PAYLOAD}.AAAA`, 'has a header that is not UTF-8'],
    [`${HEADER}.${encoded([0xc3])}.AAAA`, 'has a payload that is not UTF-8'],
    [compactToken(CLAIMS, '{'), 'has a header that is not JSON'],
    [compactToken('{"secret'), 'has a payload that is not JSON'],
    [compactToken(CLAIMS, { alg: 'RS256', crit: [] }), 'uses header extensions (crit, b64)'],
    [compactToken(CLAIMS, { alg: 'RS256', b64: true }), 'uses header extensions (crit, b64)'],
    [compactToken(CLAIMS, {}), 'has no alg'],
    [compactToken(CLAIMS, { alg: 5 }), 'has no alg'],
    [compactToken(CLAIMS, { alg: 'RS256', kid: 5 }), 'has a kid that is not a string'],
    [compactToken({ sub: 'alice' }), 'has no iss'],
    [compactToken({ iss: ['https://id.example'] }), 'has no iss'],
  ])('%s is refused', (compact, problem) => {
    const { thrown, trace } = runCheck((trace) => parseSubjectToken(compact, trace))
    expect(thrown).toMatchObject({
      code: 'invalid_token',
      message: expect.stringContaining(`The subject token ${problem}.`),
    })
    expect(trace.checks).toEqual([
      {
        stage: 'verify',
        check: 'token is well formed',
        passed: false,
        expected: 'compact JWS of three base64url parts',
        found: problem,
      },
    ])
  })

  it('is refused with the reason of the JSON reader where that quotes nothing', () => {
    const message = (payload: string) =>
      String(runCheck((trace) => parseSubjectToken(compactToken(payload), trace)).thrown)
    expect(message('[]')).toMatch(/has a payload that is not a JSON object/)
    expect(message('{"canary":1,"canary":2}')).not.toContain('is not JSON')
    expect(message('{"canary')).not.toContain('canary')
  })
})

describe('checkHeader', () => {
  const refused = (header: object, profile = PROFILE) =>
    runCheck((trace) => checkHeader(unsignedToken({}, header), profile, trace)).thrown

  it.each([['RS256'], ['ES256']])('accepts the algorithm %s where it is listed', (alg) => {
    const profile = { ...PROFILE, algorithms: ['RS256', 'ES256'] }
    expect(refused({ alg }, profile)).toBeUndefined()
  })

  it.each([['none'], ['HS256'], ['rs256'], [''], ['ES256']])('refuses the algorithm %j', (alg) => {
    expect(refused({ alg })).toMatchObject({
      code: 'invalid_token',
      message:
        `The algorithm of the token (alg) is not accepted: expected "RS256", found "${alg}"; let ` +
        'the issuer sign with an accepted one, or add it to algorithms of the issuer in the ' +
        'tenant document.',
      // Which ones an issuer may use is not for callers whose token proves nothing yet.
      callerMessage:
        alg === 'ES256'
          ? undefined
          : 'The algorithm of the token (alg) is never accepted: expected one of signatures with ' +
            `a key pair, such as RS256 or ES256, found "${alg}"; get a token that is signed with ` +
            'one.',
    })
  })

  it.each([
    [{}],
    [{ typ: 'JWT' }],
    [{ typ: 'jwt' }],
    [{ typ: 'at+jwt' }],
    [{ typ: 'application/at+JWT' }],
    [{ typ: 'JOSE' }],
    [{ typ: 'application/jose' }],
  ])('accepts the type of %o', (header) => {
    expect(refused(header)).toBeUndefined()
  })

  it.each([
    [{ typ: 'JWE' }],
    [{ typ: '' }],
    [{ typ: null }],
    [{ typ: ['JWT'] }],
    [{ typ: 'application/application/jwt' }],
    [{ typ: 'x/application/jwt' }],
    [{ typ: 'jwapplication/t' }],
    [{ typ: 'jwt; charset=utf-8' }],
  ])('refuses the type of %o', (header) => {
    const found = Array.isArray(header.typ) ? 'JWT' : header.typ
    expect(refused(header)).toMatchObject({
      code: 'invalid_token',
      message:
        'The type of the token (typ) is not accepted: expected "(absent)", "jwt", "at+jwt", ' +
        `"jose", found ${JSON.stringify(found)}; send an ID token or an access token, or add the ` +
        'type to types of the issuer in the tenant document.',
      callerMessage: undefined,
    })
  })

  it('shows in the trace what was expected and found', () => {
    const { trace } = runCheck((trace) => checkHeader(unsignedToken(), PROFILE, trace))
    const check = { stage: 'verify', passed: true }
    expect(trace.checks).toEqual([
      { ...check, check: 'algorithm is allowed', expected: ['RS256'], found: 'RS256' },
      {
        ...{ ...check, check: 'token type is accepted' },
        ...{ expected: ['(absent)', 'jwt', 'at+jwt', 'jose'], found: '(absent)' },
      },
    ])
  })
})

describe('checkLifetime', () => {
  const NOW = 1_000_000
  const check = (claims: object, profile = PROFILE) =>
    runCheck((trace) =>
      checkLifetime(
        unsignedToken({ iat: NOW, exp: NOW + 60, ...claims }),
        profile,
        NOW * 1000,
        trace,
      ),
    )

  it.each([
    ['valid', {}],
    ['expired less than the tolerance ago', { exp: NOW - 29 }],
    ['issued in the future within the tolerance', { iat: NOW + 30 }],
    ['valid from now on, within the tolerance', { nbf: NOW + 30 }],
    ['as old as allowed', { iat: NOW - 86_400 - 30 }],
    ['with fractions of seconds', { iat: NOW - 0.5, exp: NOW + 0.5 }],
    ['valid until the last second of dates', { exp: 253_402_300_799 }],
    ['issued in 1970', { iat: 0 }],
  ])('accepts a token that is %s', (_name, claims) => {
    const profile = 'iat' in claims && claims.iat === 0 ? { maxTokenAgeSeconds: NOW } : {}
    expect(check(claims, { ...PROFILE, ...profile }).thrown).toBeUndefined()
  })

  it.each([
    ['expired by the tolerance', { exp: NOW - 30 }, 'token_expired', 'has expired'],
    ['issued too far ahead', { iat: NOW + 31 }, 'invalid_token', 'issued in the future'],
    ['not valid yet', { nbf: NOW + 31 }, 'invalid_token', 'not valid yet'],
    ['too old', { iat: NOW - 86_431 }, 'token_expired', 'too old'],
    ['without exp', { exp: undefined }, 'invalid_token', noTime('exp', 'none')],
    ['without iat', { iat: undefined }, 'invalid_token', noTime('iat', 'none')],
    ['with nbf null', { nbf: null }, 'invalid_token', noTime('nbf', 'null')],
    ['with exp as text', { exp: '2000000' }, 'invalid_token', noTime('exp', 'a string')],
    ['with a negative iat', { iat: -1 }, 'invalid_token', noTime('iat', '-1')],
    ['beyond dates', { exp: 253_402_300_800 }, 'invalid_token', noTime('exp', '253402300800')],
  ])('refuses a token %s', (_name, claims, code, message) => {
    const { thrown, trace } = check(claims)
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(trace.checks.at(-1)).toMatchObject({ stage: 'verify', passed: false })
  })

  it('records each check, with limits that include the tolerance', () => {
    const { trace } = check({ nbf: NOW })
    expect(trace.checks).toMatchObject([
      { check: 'exp is a time in seconds', expected: 'number from 0 to 253402300799' },
      { check: 'iat is a time in seconds', found: NOW },
      { check: 'nbf is a time in seconds' },
      { check: 'token is already valid (nbf)', expected: `<= ${NOW + 30}`, found: NOW },
      { check: 'token was not issued in the future (iat)', expected: `<= ${NOW + 30}` },
      { check: 'token has not expired (exp)', expected: `> ${NOW - 30}`, found: NOW + 60 },
      { check: 'token is not too old (iat, maxTokenAge)', expected: `>= ${NOW - 86_430}` },
    ])
    expect(check({}).trace.checks).toHaveLength(5)
  })
})

function noTime(claim: string, found: string): string {
  return (
    `The claim ${claim} of the token is not a time: expected a number of seconds since 1970, ` +
    `found ${found}; let the issuer write one.`
  )
}
