/** One interpretation of `aud`, `azp` and `client_id`; what is ambiguous is refused. */
import { expect, it } from 'vitest'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import {
  readAudiences,
  readAuthorizedParty,
} from '../../../packages/core/src/verify/token-parties.ts'
import { runCheck } from './unsigned-tokens.ts'

it.each([
  [{ aud: 'app' }, ['app']],
  [{ aud: ['app', 'other'] }, ['app', 'other']],
  [{ aud: [] }, []],
  [{}, []],
])('reads the audiences of %o', (claims, expected) => {
  const trace = createTrace()
  expect(readAudiences(claims, trace)).toEqual(expected)
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
  const { thrown, trace } = runCheck((trace) => readAudiences({ aud }, trace))
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
  expect(readAuthorizedParty(claims, createTrace())).toBe(expected)
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
  const { thrown, trace } = runCheck((trace) => readAuthorizedParty(claims, trace))
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
