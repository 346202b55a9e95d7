/** Core refuses a request that no endpoint should have let through. */
import { expect, it } from 'vitest'
import { createCredentialRequest } from '../../../packages/core/src/model/credential-request.ts'

const FIELDS = {
  subjectToken: 'a.b.c',
  tenant: undefined,
  grant: undefined,
  durationSeconds: undefined,
  statements: undefined,
}

it.each([
  ['an empty token', { subjectToken: '' }, 'The token is empty'],
  ['a duration that is too short', { durationSeconds: 899 }, 'from 900 to 43200'],
  ['a duration that is too long', { durationSeconds: 43_201 }, 'from 900 to 43200'],
  ['a fraction of a second', { durationSeconds: 900.5 }, 'from 900 to 43200'],
  ['a duration that is not a number', { durationSeconds: Number.NaN }, 'from 900 to 43200'],
  ['a tenant with half a character', { tenant: 'acme\ud800' }, 'The text of tenant is not'],
  ['a Sid with half a character', { statements: ['A', '\udc00'] }, 'The text of statements is not'],
  ['a token with half a character', { subjectToken: '\ud800' }, 'The text of subjectToken is'],
])('refuses %s', (_case, fields, message) => {
  expect(() => createCredentialRequest({ ...FIELDS, ...fields })).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      callerMessage: expect.stringContaining(message),
    }),
  )
})

it('says which durations are possible', () => {
  expect(() => createCredentialRequest({ ...FIELDS, durationSeconds: 1 })).toThrow(
    'The duration must be a whole number of seconds from 900 to 43200; found 1.',
  )
})

it.each([900, 43_200])('accepts a duration of %i seconds', (durationSeconds) => {
  const request = createCredentialRequest({ ...FIELDS, durationSeconds })
  expect(request).toMatchObject({ subjectToken: 'a.b.c', durationSeconds })
})

it('accepts characters beyond the Basic Multilingual Plane', () => {
  const fields = { ...FIELDS, tenant: '😀', statements: ['😀', 'A'] }
  expect(createCredentialRequest(fields)).toMatchObject(fields)
})
