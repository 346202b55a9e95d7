/** Core refuses a request that no endpoint should have let through. */
import { describe, expect, it } from 'vitest'
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

describe('a SAML response', () => {
  const XML = '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="'
  const refusal = {
    code: 'invalid_request',
    message:
      'The token is a SAML response. Send it with "tokenType": "saml2" to POST /v1/credentials, ' +
      'as SAMLAssertion of AssumeRoleWithSAML, or with the subject_token_type saml2 to POST ' +
      '/v1/token; other endpoints cannot accept one.',
  }

  // Of each length, and so with each position of the name in a group of base64.
  it.each(['', ' ', '  '])('is refused as another token: %j', (space) => {
    const xml = XML.replace(' xmlns', ` ${space}xmlns`)
    const subjectToken = Buffer.from(xml).toString('base64')
    const create = (fields: object) => createCredentialRequest({ ...FIELDS, ...fields })
    expect(() => create({ subjectToken })).toThrow(expect.objectContaining(refusal))
    expect(create({ subjectToken, tokenType: 'saml2' })).toMatchObject({ subjectToken })
    for (const other of [`x${subjectToken}`, subjectToken.slice(0, 40)])
      expect(create({ subjectToken: other })).toMatchObject({ subjectToken: other })
  })
})

it.each([
  [{ actorToken: '' }, 'The actor token is empty; send one, or omit it.'],
  [{ actorTokenType: 'saml2' }, 'The request says what its actor token is, and has none.'],
  [{ actorIssuer: 'x' }, 'The request says what its actor token is, and has none.'],
] as const)('refuses a part of an actor: %j', (fields, message) => {
  expect(() => createCredentialRequest({ ...FIELDS, ...fields })).toThrow(message)
})

it('accepts an actor, and a request to a pool without a token', () => {
  for (const fields of [
    { actorToken: 'x', actorTokenType: 'saml2', actorIssuer: 'y' },
    { actorToken: 'x' },
    { subjectToken: '', pool: { id: 'p' } },
    { pool: null },
  ] as object[])
    expect(createCredentialRequest({ ...FIELDS, ...fields })).toMatchObject(fields)
})

it('says which durations are possible', () => {
  expect(() => createCredentialRequest({ ...FIELDS, durationSeconds: Number.NaN })).toThrow(
    'from 900 to 43200; found something that is not a number.',
  )
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
