/** Tokens and times that are nearly right: each has one spelling, and no other is accepted. */
import { describe, expect, it } from 'vitest'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import {
  checkHeader,
  checkLifetime,
  parseSubjectToken,
} from '../../../packages/core/src/verify/subject-token.ts'
import { compactToken, PROFILE, runCheck, unsignedToken } from './unsigned-tokens.ts'

const CLAIMS = { iss: 'https://id.example', sub: 'alice' }
const parse = (compact: string) => runCheck((trace) => parseSubjectToken(compact, trace))

describe('a compact token', () => {
  it('is recorded as well formed', () => {
    expect(showTrace(parse(compactToken(CLAIMS)).trace)).toEqual([
      { stage: 'verify', check: 'token is well formed', passed: true },
    ])
  })

  it('may have 20,000 characters, and no more', () => {
    const without = compactToken({ ...CLAIMS, pad: '' }, undefined, '').length
    // The claim is longer by 3 characters for 4 of the token, and the signature fills the rest.
    const pad = 'x'.repeat(12_000)
    const used = compactToken({ ...CLAIMS, pad }, undefined, '').length
    expect(used).toBeGreaterThan(without)
    const signed = (length: number) =>
      compactToken({ ...CLAIMS, pad }, undefined, 'A'.repeat(length - used))
    const lengths = [19_998, 19_999, 20_000].filter((length) => (length - used) % 4 !== 1)
    for (const length of lengths) expect(parse(signed(length)).thrown).toBeUndefined()
    expect(parse(signed(20_001)).thrown).toMatchObject({
      message: 'The subject token has 20001 characters, and at most 20000 are accepted.',
    })
  })

  it.each([
    ['payload', compactToken(`\ufeff${JSON.stringify(CLAIMS)}`)],
    ['header', compactToken(CLAIMS, '\ufeff{"alg":"RS256"}')],
  ])('must not have a byte order mark in its %s', (_, compact) => {
    expect(parse(compact).thrown).toMatchObject({ code: 'invalid_token' })
  })
})

it.each(['xapplication/jwt', 'application/application/jwt', 'jwt/application/', '', 7, null])(
  'the type %j is refused',
  (typ) => {
    const { thrown } = runCheck((trace) => checkHeader(unsignedToken({}, { typ }), PROFILE, trace))
    expect(thrown).toMatchObject({ code: 'invalid_token' })
  },
)

describe('a time', () => {
  it.each([['2000'], [true], [[2000]], [null], [undefined], [-1], [253_402_300_800]])(
    'must not be %j, and the trace shows it',
    (exp) => {
      const { thrown, trace } = runCheck((trace) =>
        checkLifetime(unsignedToken({ exp }), PROFILE, 1_500_000, trace),
      )
      expect(thrown).toMatchObject({ code: 'invalid_token' })
      const found = typeof exp === 'string' ? exp : JSON.stringify(exp ?? '(absent)')
      expect(showTrace(trace).at(-1)).toMatchObject({
        check: 'exp is a time in seconds',
        passed: false,
        expected: 'number from 0 to 253402300799',
        found: exp === null || exp === undefined ? '(absent)' : found,
      })
    },
  )

  it.each([
    [1500, 'exp 1970-01-01T00:25:00Z is in 0 s, and clockTolerance is 0 s;'],
    [1499.5, 'exp 1970-01-01T00:24:59Z is 0 s ago, and clockTolerance is 0 s;'],
  ])('of %d is described, less than a second from now', (exp, text) => {
    const strict = { ...PROFILE, clockToleranceSeconds: 0 }
    const check = () => checkLifetime(unsignedToken({ exp }), strict, 1_500_000, createTrace())
    expect(check).toThrow(expect.objectContaining({ code: 'token_expired' }))
    expect(check).toThrow(text)
  })
})
