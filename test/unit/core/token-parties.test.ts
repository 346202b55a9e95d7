/** One interpretation of `sub`, `aud` and `azp`, or of the claims in their place. */
import type { VerificationProfile } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { lookUpClaim } from '../../../packages/core/src/expression/claim-paths.ts'
import { shownType } from '../../../packages/core/src/model/shown-value.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import {
  readAudiences,
  readAuthorizedParty,
  readSubject,
} from '../../../packages/core/src/verify/token-parties.ts'
import { PROFILE, runCheck } from './unsigned-tokens.ts'

it.each([
  [{ aud: 'app' }, ['app']],
  [{ aud: ['app', 'other'] }, ['app', 'other']],
  [{ aud: [] }, []],
  [{}, []],
])('reads the audiences of %o', (claims, expected) => {
  const trace = createTrace()
  expect(readAudiences(claims, PROFILE, trace)).toEqual(expected)
  expect(trace.checks).toMatchObject([{ check: 'aud contains only strings', passed: true }])
})

it.each([
  [['app', 5]],
  [['app', null]],
  [['app', ['app']]],
  [['app', { value: 'app' }]],
  [['app', true]],
  [5],
  [null],
  [{ 0: 'app', length: 1 }],
])('refuses the audience %o', (aud) => {
  const { thrown, trace } = runCheck((trace) => readAudiences({ aud }, PROFILE, trace))
  expect(thrown).toMatchObject({ code: 'invalid_token' })
  expect(trace.checks).toEqual([
    {
      stage: 'verify',
      check: 'aud contains only strings',
      passed: false,
      expected: 'a string or a list of strings',
      found: [aud].flat().map((value) => typeof value),
    },
  ])
  expect(JSON.stringify(trace.checks)).not.toContain('app')
})

it.each([
  [{ azp: 'web' }, 'web'],
  [{ client_id: 'cli' }, 'cli'],
  [{ azp: 'web', client_id: 'cli' }, 'web'],
  [{}, undefined],
])('reads the authorized party of %o', (claims, expected) => {
  expect(readAuthorizedParty(claims, PROFILE, createTrace())).toBe(expected)
})

it.each([
  [{ azp: 7 }],
  [{ azp: null, client_id: 'cli' }],
  [{ azp: '' }],
  [{ azp: ['web'] }],
  [{ client_id: {} }],
  [{ client_id: '' }],
  [{ azp: 'web', client_id: 7 }],
])('refuses the authorized party of %o', (claims) => {
  const { thrown, trace } = runCheck((trace) => readAuthorizedParty(claims, PROFILE, trace))
  expect(thrown).toMatchObject({ code: 'invalid_token' })
  expect(trace.checks).toMatchObject([
    {
      check: 'azp and client_id are non-empty strings',
      passed: false,
      expected: '1 or more characters',
      found: Object.values(claims).map((value) => typeof value),
    },
  ])
})

describe('subject', () => {
  const OID = ['oid']
  const NESTED = ['https://id.example/user', 'id']

  it.each([
    [{ sub: 'alice' }, undefined, 'alice'],
    [{ sub: 'alice', oid: 'o-1' }, undefined, 'alice'],
    [{ sub: 'alice', oid: 'o-1' }, OID, 'o-1'],
    [{ sub: '', oid: 'o-1' }, OID, 'o-1'],
    [{ oid: ' ' }, OID, ' '],
    [{ 'https://id.example/user': { id: 'n-1' } }, NESTED, 'n-1'],
  ])('of %o by %o is %s', (claims, subject, expected) => {
    expect(readSubject(claims, profileWith({ subject }), createTrace())).toBe(expected)
  })

  it.each<[claims: object, subject: string[] | undefined, found: string]>([
    [{}, undefined, 'undefined'],
    [{ sub: '' }, undefined, 'string'],
    [{ sub: 7 }, undefined, 'number'],
    [{ sub: null, oid: 'o-1' }, undefined, 'object'],
    [{ sub: 'alice' }, OID, 'undefined'],
    [{ sub: 'alice', oid: '' }, OID, 'string'],
    [{ sub: 'alice', oid: 1147953659032899584n }, OID, 'bigint'],
    [{ sub: 'alice', oid: ['o-1'] }, OID, 'object'],
    [{ sub: 'alice', oid: true }, OID, 'boolean'],
    [{ 'https://id.example/user': 'n-1' }, NESTED, 'undefined'],
    [{ 'https://id.example/user': ['n-1'] }, NESTED, 'undefined'],
    // Members that every object inherits are no claims.
    [{ sub: 'alice' }, ['constructor', 'name'], 'undefined'],
    [{ sub: 'alice' }, ['__proto__'], 'undefined'],
  ])('of %o by %o is refused', (claims, subject, found) => {
    const { thrown, trace } = runCheck((trace) =>
      readSubject({ ...claims }, profileWith({ subject }), trace),
    )
    const check = `${(subject ?? ['sub']).join('.')} is a non-empty string`
    const shown = shownType(lookUpClaim(subject ?? ['sub'], claims))
    expect(thrown).toMatchObject({
      code: 'invalid_token',
      message:
        `The token does not identify its subject: expected ${(subject ?? ['sub']).join('.')} ` +
        `with 1 or more characters, found ${shown}; name the claim that identifies the callers ` +
        'of this issuer in its field subject.',
      callerMessage: subject
        ? undefined
        : `The token has no subject: expected sub with 1 or more characters, found ${shown}; let ` +
          'the issuer write one.',
    })
    expect(trace.checks).toEqual([
      { stage: 'verify', check, passed: false, expected: '1 or more characters', found },
    ])
  })
})

describe('client_id in place of aud', () => {
  const cognito = profileWith({ audienceFallback: 'client_id' })

  it.each([
    [{ client_id: 'game' }, ['game']],
    [{ aud: 'app', client_id: 'game' }, ['app']],
    [{ aud: [], client_id: 'game' }, []],
    [{ aud: '', client_id: 'game' }, ['']],
    [{}, []],
  ])('reads the audiences of %o', (claims, expected) => {
    expect(readAudiences(claims, cognito, createTrace())).toEqual(expected)
  })

  it('is not read without the setting', () => {
    expect(readAudiences({ client_id: 'game' }, PROFILE, createTrace())).toEqual([])
  })

  it.each([[7], [null], [['game', 5]], [['game']], [{}]])('is refused as %o', (client_id) => {
    const { thrown, trace } = runCheck((trace) => readAudiences({ client_id }, cognito, trace))
    expect(thrown).toMatchObject({ code: 'invalid_token' })
    expect(trace.checks).toMatchObject([
      { check: 'client_id, in place of aud, is a string', passed: false, expected: 'a string' },
    ])
  })

  it.each([[null], [5], [['app', 5]]])('does not help a token with the audience %o', (aud) => {
    const claims = { aud, client_id: 'game' }
    const { thrown } = runCheck((trace) => readAudiences(claims, cognito, trace))
    expect(thrown).toMatchObject({ code: 'invalid_token' })
  })
})

describe('the claim that names the authorized party', () => {
  const EACH = { azp: 'a', client_id: 'b', cid: 'c', appid: 'd' }
  it.each(Object.entries(EACH))('%s alone decides', (claim, expected) => {
    const profile = profileWith({ authorizedPartyClaim: claim })
    expect(readAuthorizedParty(EACH, profile, createTrace())).toBe(expected)
    const others = { ...EACH, [claim]: undefined }
    expect(readAuthorizedParty(others, profile, createTrace())).toBeUndefined()
  })

  it('is neither cid nor appid unless the document says so', () => {
    const { cid, appid } = EACH
    expect(readAuthorizedParty({ cid, appid }, PROFILE, createTrace())).toBeUndefined()
  })

  it.each([[''], [7], [null], [['web']]])('is refused as %o', (appid) => {
    const profile = profileWith({ authorizedPartyClaim: 'appid' })
    const { thrown, trace } = runCheck((trace) =>
      readAuthorizedParty({ azp: 'web', appid }, profile, trace),
    )
    expect(thrown).toMatchObject({ code: 'invalid_token' })
    expect(trace.checks).toMatchObject([{ check: 'appid is a non-empty string', passed: false }])
  })
})

function profileWith(
  settings: {
    [Name in keyof VerificationProfile]?: VerificationProfile[Name] | undefined
  },
): VerificationProfile {
  // As the store reads it: what is undefined is absent.
  return JSON.parse(JSON.stringify({ ...PROFILE, ...settings }))
}
