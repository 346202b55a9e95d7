/** Logout tokens and delegated tokens are refused as identities. */
import { describe, expect, it } from 'vitest'
import { NON_IDENTITY_TYPES } from '../../../packages/core/src/model/token-types.ts'
import { refuseSpecialTokens } from '../../../packages/core/src/verify/special-tokens.ts'
import { checkHeader } from '../../../packages/core/src/verify/subject-token.ts'
import { PROFILE, runCheck, unsignedToken } from './unsigned-tokens.ts'

const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} }

describe.each([
  ['events', [LOGOUT, {}, null, 'x'], 'token is not about an event (events)', 'ID token'],
  ['act', [{ sub: 'agent' }, {}, null], 'token is not delegated (act)', 'delegatedTokens'],
])('a token with %s', (claim, values, check, remedy) => {
  it.each(values)('is refused: %o', (value) => {
    const { thrown, trace } = runCheck((trace) =>
      refuseSpecialTokens(unsignedToken({ [claim]: value }), PROFILE, trace),
    )
    expect(thrown).toMatchObject({ code: 'invalid_token' })
    expect(String(thrown)).toContain(`claim ${claim}`)
    expect(String(thrown)).toContain(remedy)
    expect(trace.checks.at(-1)).toEqual({
      stage: 'verify',
      check,
      passed: false,
      expected: '(absent)',
      found: '(present)',
    })
  })
})

it.each([
  ['none of these claims', {}],
  ['a party who could act later', { may_act: { sub: 'agent' } }],
  ['such claims of another claim', { nested: { act: {}, events: {} } }],
])('a token with %s passes', (_name, claims) => {
  const { thrown, trace } = runCheck((trace) =>
    refuseSpecialTokens(unsignedToken(claims), PROFILE, trace),
  )
  expect(thrown).toBeUndefined()
  const absent = { passed: true, expected: '(absent)', found: '(absent)' }
  expect(trace.checks).toMatchObject([absent, absent])
})

it('a delegated token is accepted only where the document says so, without exceptions', () => {
  const profile = { ...PROFILE, delegatedTokens: 'accept' as const }
  const refused = (claims: object) =>
    runCheck((trace) => refuseSpecialTokens(unsignedToken(claims), profile, trace)).thrown
  expect(refused({ act: { sub: 'agent' } })).toBeUndefined()
  expect(refused({ act: {}, events: LOGOUT })).toMatchObject({ code: 'invalid_token' })
  expect(refused({ events: LOGOUT })).toMatchObject({ code: 'invalid_token' })
})

it.each(NON_IDENTITY_TYPES)('the type %s is refused even where a document lists it', (typ) => {
  const profile = { ...PROFILE, types: ['jwt', typ, 'client+jwt'] }
  const refused = (type: string) =>
    runCheck((trace) => checkHeader(unsignedToken({}, { typ: type }), profile, trace)).thrown
  for (const spelled of [typ, typ.toUpperCase(), `application/${typ}`])
    expect(refused(spelled)).toMatchObject({ code: 'invalid_token' })
  expect(refused('client+jwt')).toBeUndefined()
})
