/** What is sent in place of a DPoP proof, and what callers and operators read of it. */
import { it } from 'vitest'
import { boundKey, expectRefusal, provePossession } from './presented-proofs.ts'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jws = (header: object) => `${part(header)}.e30.AAAA`
const malformed = (what: string): [string, string] => [`The DPoP proof ${what}.`, what]
const jwk = boundKey.publicJwk
const NO_KEY = 'needs a public RSA, EC or OKP key in its header (jwk), without private parts'
const typed = { typ: 'dpop+jwt', alg: 'ES256' }

it.each<[string | undefined, [message: string, found: string]]>([
  [
    undefined,
    [
      'The token is bound to a key (cnf.jkt), and the request has no proof; send it in the ' +
        'header DPoP (RFC 9449).',
      'no proof',
    ],
  ],
  ['a,b', ['The request has several headers DPoP; send one proof.', 'several proofs']],
  ['x'.repeat(8193), malformed('has 8193 characters, and at most 8192 are accepted')],
  ['x'.repeat(8192), malformed('is not a signed JWT of three non-empty parts')],
  ['a.b', malformed('is not a signed JWT of three non-empty parts')],
  ['a..c', malformed('is not a signed JWT of three non-empty parts')],
  ['.b.c', malformed('is not a signed JWT of three non-empty parts')],
  ['a.b.', malformed('is not a signed JWT of three non-empty parts')],
  ['a.b.c.d', malformed('is not a signed JWT of three non-empty parts')],
  ['e30.e30.A', malformed('has a signature that is not canonical base64url')],
  ['e31.e30.AAAA', malformed('has a header that is not canonical base64url')],
  ['e30.e31.AAAA', malformed('has a payload that is not canonical base64url')],
  ['_w.e30.AAAA', malformed('has a header that is not UTF-8')],
  [jws({ alg: 'ES256', crit: [] }), malformed('uses header extensions (crit, b64)')],
  [jws({ alg: 'ES256', b64: true }), malformed('uses header extensions (crit, b64)')],
  [jws({}), malformed('has no alg')],
  [jws({ alg: 7 }), malformed('has no alg')],
  [jws({ alg: 'ES256', typ: 'JWT' }), malformed('has another typ; it must be dpop+jwt')],
  [
    jws({ ...typed, alg: 'HS256' }),
    malformed(
      'has an alg that is not accepted; use one of RS256, RS384, RS512, PS256, PS384, PS512, ' +
        'ES256, ES384, ES512, EdDSA, Ed25519',
    ),
  ],
  [jws(typed), malformed(NO_KEY)],
  [jws({ ...typed, jwk: 'x' }), malformed(NO_KEY)],
  [jws({ ...typed, jwk: { kty: 'oct', k: 'x' } }), malformed(NO_KEY)],
  [jws({ ...typed, jwk: { ...jwk, kty: ['EC'] } }), malformed(NO_KEY)],
  [jws({ ...typed, jwk: { ...jwk, y: undefined } }), malformed(NO_KEY)],
  [jws({ ...typed, jwk: { ...jwk, x: 7 } }), malformed(NO_KEY)],
  [jws({ ...typed, jwk: { ...jwk, d: 'x' } }), malformed(NO_KEY)],
])('is refused with its reason: %s', (sent, [message, found]) => {
  expectRefusal(provePossession(sent), 'invalid_dpop_proof', message, {
    ...{ check: 'one DPoP proof is sent and well formed', expected: 'a JWT', found },
  })
})
