/** What callers and operators read where a request does not prove the key of its token. */
import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { issueProofNonce } from '../../../packages/core/src/verify/proof-nonce.ts'
import { createAuthority } from '../../fixtures/certificates.ts'
import {
  boundKey,
  expectRefusal,
  makeProof,
  NONCE_KEY,
  NOW,
  otherKey,
  provePossession,
  TOKEN,
  URL_OF_ENDPOINT,
} from './presented-proofs.ts'

const DIGEST = createHash('sha256').update(TOKEN).digest('base64url')
const NOW_TEXT = '1970-01-18T08:40:00Z'

it('records each check of a proof that is accepted', async () => {
  const { shown } = provePossession(await makeProof())
  const { jkt } = boundKey.cnf
  expect(shown).toEqual(
    [
      ['cnf names only keys that can be proved', '["jkt","x5t#S256"]', undefined],
      ['cnf contains digests of keys', 'digests of SHA-256 in base64url', undefined],
      ['bound token is sent with the scheme DPoP', 'DPoP, or in the body', 'in the body'],
      ['one DPoP proof is sent and well formed', undefined, undefined],
      ['DPoP proof is of the token’s key (cnf.jkt)', jkt, jkt],
      ['DPoP proof has an id (jti)', '1 or more characters', 'string'],
      ['DPoP proof is for this method (htm)', 'POST', 'POST'],
      ['DPoP proof is for this URL (htu)', URL_OF_ENDPOINT, URL_OF_ENDPOINT],
      ['DPoP proof is for this token (ath)', 'its digest', 'another value'],
      ['DPoP proof is recent (iat)', `${NOW} ± 60`, `${NOW}`],
      ['signature is of the DPoP proof’s key', 'a valid signature of a strong key', undefined],
      ['DPoP proof has a nonce of the broker', 'a recent one', 'another value'],
    ].map(([check, expected, found]) => ({
      ...{ stage: 'verify', check, passed: true },
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
    })),
  )
})

describe('a proof', () => {
  it.each([
    [{ jti: 7 }, 'found 7', 'number'],
    [{ jti: '' }, 'found ""', 'string'],
    [{ jti: undefined }, 'found none', 'undefined'],
  ])('has an id: %j', async (claims, words, found) => {
    expectRefusal(
      provePossession(await makeProof({ claims })),
      'invalid_dpop_proof',
      `The DPoP proof has no id (jti): expected text, ${words}; write a random text into it.`,
      { check: 'DPoP proof has an id (jti)', expected: '1 or more characters', found },
    )
  })

  it('is for the method and the URL', async () => {
    expectRefusal(
      provePossession(await makeProof({ claims: { htm: 'GET' } })),
      'invalid_dpop_proof',
      'The DPoP proof is for another method (htm): expected "POST", found "GET"; make a new ' +
        'proof for each request.',
      { check: 'DPoP proof is for this method (htm)', expected: 'POST', found: 'GET' },
    )
    const url = 'https://other.example/'
    expectRefusal(
      provePossession(await makeProof({ url })),
      'invalid_dpop_proof',
      `The DPoP proof is for another URL (htu): expected ${URL_OF_ENDPOINT}, found "${url}"; ` +
        'make a new proof for each request.',
      { check: 'DPoP proof is for this URL (htu)', expected: URL_OF_ENDPOINT, found: url },
    )
    const { thrown } = provePossession(await makeProof({ claims: { htu: 7 } }))
    expect(String(thrown)).toContain('found 7; make a new proof')
  })

  it.each([
    [undefined, 'none', '(absent)'],
    ['x', 'another value', 'another value'],
  ])('is for the token: %s', async (ath, words, found) => {
    expectRefusal(
      provePossession(await makeProof({ claims: { ath } })),
      'invalid_dpop_proof',
      'The DPoP proof is for another token (ath): expected the SHA-256 digest of the token in ' +
        `base64url, found ${words}; make a new proof for each token.`,
      { check: 'DPoP proof is for this token (ath)', expected: 'its digest', found },
    )
    expect(provePossession(await makeProof({ claims: { ath: DIGEST } })).thrown).toBeUndefined()
  })

  it.each([
    [NOW - 61, '1970-01-18T08:38:59Z', `${NOW - 61}`],
    [NOW + 61, '1970-01-18T08:41:01Z', `${NOW + 61}`],
    ['soon', '"soon"', 'soon'],
    [undefined, 'none', undefined],
  ])('is recent: %s', async (iat, words, found) => {
    expectRefusal(
      provePossession(await makeProof({ claims: { iat } })),
      'invalid_dpop_proof',
      'The DPoP proof is not recent (iat): expected at most 60 s before or after ' +
        `${NOW_TEXT}, found ${words}; make a new proof for each request, and compare the clocks.`,
      {
        ...{ check: 'DPoP proof is recent (iat)', expected: `${NOW} ± 60` },
        ...(found === undefined ? {} : { found }),
      },
    )
  })

  it.each([-60, 60])('may be %i s from now', async (seconds) => {
    expect(provePossession(await makeProof({ iat: NOW + seconds })).thrown).toBeUndefined()
  })

  it('is signed with its key', async () => {
    expectRefusal(
      provePossession(await makeProof({ signWith: otherKey.privateKey })),
      'invalid_dpop_proof',
      'The signature of the DPoP proof is not valid for its key (jwk) and algorithm (alg), or ' +
        'the key is weak: expected RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519; ' +
        'sign the proof with the private key of jwk.',
      {
        check: 'signature is of the DPoP proof’s key',
        expected: 'a valid signature of a strong key',
      },
    )
  })

  it('is of the key of the token', async () => {
    const [own, other] = [boundKey.cnf.jkt, otherKey.cnf.jkt]
    expectRefusal(
      provePossession(await makeProof({}, otherKey)),
      'invalid_token',
      'The DPoP proof is of another key than that to which the token is bound (cnf.jkt): ' +
        `expected "${own}", found "${other}"; sign with the key with which the token was ` +
        'requested.',
      { check: 'DPoP proof is of the token’s key (cnf.jkt)', expected: own, found: other },
    )
  })

  it.each([
    [undefined, 'none', '(absent)'],
    ['x', 'another value', 'another value'],
    [issueProofNonce(NONCE_KEY, (NOW - 121) * 1000), 'another value', 'another value'],
  ])('has a nonce: %s', async (nonce, words, found) => {
    expectRefusal(
      provePossession(await makeProof({ nonce })),
      'use_dpop_nonce',
      'The DPoP proof needs a recent nonce of the broker: expected that of the header DPoP-Nonce ' +
        `of this response, found ${words}; make a new proof with it.`,
      { check: 'DPoP proof has a nonce of the broker', expected: 'a recent one', found },
    )
  })
})

describe('how a bound token is sent', () => {
  const CHECK = 'bound token is sent with the scheme DPoP'

  it('as Bearer, or where no proof can be sent, it is refused', async () => {
    expectRefusal(
      provePossession(await makeProof(), { scheme: 'Bearer' }),
      'invalid_token',
      'The token is bound to a key (cnf.jkt); send it as Authorization: DPoP TOKEN, not as ' +
        'Bearer (RFC 9449 §7.2).',
      { check: CHECK, expected: 'DPoP, or in the body', found: 'Bearer' },
    )
    expectRefusal(
      provePossession(undefined, null),
      'invalid_token',
      'The token is bound to a key (cnf.jkt), and its DPoP proof cannot be sent here; send it as ' +
        'the subject token to /v1/credentials or /v1/token, with the proof, or get a bearer token.',
      { check: CHECK, expected: 'DPoP, or in the body', found: 'an endpoint without proofs' },
    )
  })

  it('a bearer token with a proof is refused', () => {
    expectRefusal(
      provePossession(undefined, { scheme: 'DPoP' }, {}),
      'invalid_token',
      'The token is sent as Authorization: DPoP, but is not bound to a key (cnf.jkt); send it as ' +
        'Bearer, or get a token with DPoP from the issuer.',
      {
        check: 'token that is sent with a proof is bound to a key',
        ...{ expected: 'cnf.jkt', found: '(absent)' },
      },
    )
  })
})

describe('the claim cnf', () => {
  it.each([[{ ...boundKey.cnf, kid: 'x' }], [{ jwk: {} }]])(
    'names only keys that can be proved: %j',
    (cnf) => {
      expectRefusal(
        provePossession(undefined, {}, { cnf }),
        'invalid_token',
        'The token is bound to a key in a way that the broker cannot check: cnf has other ' +
          'members than jkt (DPoP, RFC 9449) and x5t#S256 (mutual TLS, RFC 8705); get another ' +
          'token.',
        { check: 'cnf names only keys that can be proved', expected: '["jkt","x5t#S256"]' },
      )
    },
  )

  it.each([
    [{}],
    [null],
    ['x'],
    [{ jkt: 7 }],
    [{ jkt: `${boundKey.cnf.jkt}A` }],
    [{ jkt: `A${boundKey.cnf.jkt}` }],
    [{ ...boundKey.cnf, 'x5t#S256': 'x' }],
  ])('has digests: %j', (cnf) => {
    expectRefusal(
      provePossession(undefined, {}, { cnf }),
      'invalid_token',
      'The claim cnf of the token names no key: expected jkt or x5t#S256 with a SHA-256 digest ' +
        'in base64url, of 43 characters; get another token.',
      { check: 'cnf contains digests of keys', expected: 'digests of SHA-256 in base64url' },
    )
  })
})

describe('a token that is bound to a client certificate', () => {
  const { issue } = createAuthority('authority')
  const [own, another] = [issue('own').cert, issue('another').cert]
  const digestOf = (pem: string) =>
    createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
  const check = 'client certificate is the token’s (cnf.x5t#S256)'
  const expected = digestOf(own)
  const cnf = { 'x5t#S256': expected }

  it('needs a certificate', () => {
    for (const certificate of [undefined, 'text'])
      expectRefusal(
        provePossession(undefined, {}, { cnf }, certificate),
        'invalid_token',
        'The token is bound to a client certificate (cnf.x5t#S256), and the connection has none; ' +
          'connect with it, to a broker that requires mutual TLS.',
        { check, expected, found: '(no certificate)' },
      )
  })

  it('needs its own', () => {
    const found = digestOf(another)
    expectRefusal(
      provePossession(undefined, {}, { cnf }, another),
      'invalid_token',
      'The token is bound to another client certificate than that of the connection ' +
        `(cnf.x5t#S256): expected "${expected}", found "${found}"; connect with the certificate ` +
        'with which the token was requested.',
      { check, expected, found },
    )
    expect(provePossession(undefined, {}, { cnf }, own).shown.at(-1)).toEqual({
      ...{ stage: 'verify', check, passed: true, expected, found: expected },
    })
  })

  it('and to a key needs both', async () => {
    const both = { cnf: { ...cnf, ...boundKey.cnf } }
    expect(provePossession(await makeProof(), {}, both, own).thrown).toBeUndefined()
    expect(provePossession(await makeProof(), {}, both).last).toMatchObject({ check })
    expect(provePossession(undefined, {}, both, own).thrown).toMatchObject({
      code: 'invalid_dpop_proof',
    })
  })
})
