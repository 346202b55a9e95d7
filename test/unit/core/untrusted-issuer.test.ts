/** The refusal of a token whose issuer is not trusted, with the spelling that a document has. */
import { expect, it } from 'vitest'
import { untrustedIssuer } from '../../../packages/core/src/verify/untrusted-issuer.ts'
import { PROFILE } from './unsigned-tokens.ts'

const FOUND = 'No tenant document trusts the issuer of the token: found '
const EQUAL =
  'they must be equal, so correct the issuer in the tenant document, or at the identity provider.'

it.each([
  ['https://id.example/', 'https://id.example', 'only by a slash at the end'],
  ['https://id.example', 'https://id.example/', 'only by a slash at the end'],
  ['http://id.example', 'https://id.example', 'only by http in place of https'],
  ['https://ID.example', 'https://id.example', 'only in case'],
])('names the trusted spelling of %s', async (issuer, trusted, difference) => {
  const { message } = await refuse(issuer, [trusted])
  expect(message).toBe(
    `${FOUND}"${issuer}", which differs from "${trusted}" ${difference}; ${EQUAL}`,
  )
})

it('says what to do about any other issuer', async () => {
  const { message, code, callerMessage } = await refuse('https://other.example', [])
  expect([code, callerMessage]).toEqual(['issuer_untrusted', undefined])
  expect(message).toBe(
    `${FOUND}"https://other.example"; add it to issuers of a tenant document, or send a token of ` +
      'a trusted issuer.',
  )
})

it('looks up at most three other spellings, and none of a long issuer', async () => {
  const asked = async (issuer: string) => (await refuse(issuer, [])).asked.length
  expect(await asked('http://ID.example')).toBe(3)
  expect(await asked('https://id.example')).toBe(1)
  expect(await asked('')).toBe(1)
  expect(await asked('https://id.example/http:')).toBe(1)
  expect(await asked('/')).toBe(0)
  expect(await asked('x'.repeat(256))).toBe(1)
  expect(await asked('x'.repeat(257))).toBe(0)
})

it('refuses as before if the look-ups fail', async () => {
  const findTrusts = () => Promise.reject(new Error('no table'))
  const { code } = await untrustedIssuer('https://id.example', false, { findTrusts })
  expect(code).toBe('issuer_untrusted')
})

it('names the other kind of token for which the issuer is trusted', async () => {
  const { message } = await untrustedIssuer('https://id.example', true, {
    findTrusts: async () => [],
  })
  expect(message).toBe(
    `${FOUND}"https://id.example", which is trusted for tokens of another kind (SAML assertions ` +
      'or JWTs); send such a token, or add an issuer with the right verify.kind to the tenant ' +
      'document.',
  )
})

async function refuse(issuer: string, trusted: readonly string[]) {
  const asked: string[] = []
  const findTrusts = async (text: string) => {
    asked.push(text)
    return trusted.includes(text) ? [{ profile: PROFILE, tenants: {} }] : []
  }
  const { code, message, callerMessage } = await untrustedIssuer(issuer, false, { findTrusts })
  return { code, message, callerMessage, asked }
}
