/** Which keys may verify which tokens, with real keys and signatures. */
import { generateKeyPairSync } from 'node:crypto'
import type { JWK } from '@token-broker/core'
import { type CompactJWSHeaderParameters, CompactSign } from 'jose'
import { describe, expect, it } from 'vitest'
import { generateFlawedKeyPair, signWithoutKey } from '../../fixtures/forgeable-keys.ts'
import { refusalOf } from './calls.ts'
import {
  expectInvalid,
  makeKey,
  profileWith,
  readToken,
  signWith,
  verifier,
} from './signed-tokens.ts'

const one = await makeKey('RS256', 'one')
const two = await makeKey('RS256', 'two')
const unnamed = await makeKey('RS256')
const other = await makeKey('RS256')
const withoutKid = ({ kid: _, ...key }: JWK): JWK => key

describe('algorithms', () => {
  const ALGORITHMS = ['RS256', 'RS384', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519']
  it.each(ALGORITHMS)('verifies %s with the right key only', async (alg) => {
    const key = await makeKey(alg, 'k')
    await verifier.verify(await key.sign(), profileWith(key.jwk))
    await verifier.verify(await key.sign(), profileWith(key.jwk))
    const other = await makeKey(alg, 'k')
    expect(await expectInvalid(await other.sign(), key.jwk)).toContain('signature')
  })
})

describe('names of the algorithm of Ed25519 (RFC 9864)', () => {
  it.each([
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
    ['EdDSA', 'EdDSA'],
    ['Ed25519', 'Ed25519'],
  ])('a token with %s is verified by a key with %s', async (tokenAlg, keyAlg) => {
    const key = await makeKey(tokenAlg, 'k')
    await verifier.verify(await key.sign(), profileWith({ ...key.jwk, alg: keyAlg }))
    const another = await makeKey(tokenAlg, 'k')
    const refusal = await expectInvalid(await another.sign(), { ...key.jwk, alg: keyAlg })
    expect(refusal).toContain('signature')
  })

  it.each([{ alg: 'ES256' }, { alg: 'Ed448' }, { alg: 'toString' }, { crv: 'Ed448' }])(
    'a key of Ed25519 with %o is not used',
    async (change) => {
      const key = await makeKey('EdDSA', 'k')
      expect(await expectInvalid(await key.sign(), { ...key.jwk, ...change })).toContain(
        'must not be used',
      )
    },
  )

  it('a key of another kind is not used for either name', async () => {
    const elliptic = await makeKey('ES256', 'k')
    const edwards = await makeKey('EdDSA', 'k')
    for (const alg of ['EdDSA', 'Ed25519'])
      expect(await expectInvalid(await edwards.sign(), { ...elliptic.jwk, alg })).toContain(
        'must not be used',
      )
  })
})

describe('the reason of a refusal', () => {
  const BEGINNING = 'The subject token cannot be verified: '

  it('names the key ids that are known, at most five, and the one of the token', async () => {
    const token = await one.sign({ kid: 'new-1' })
    expect(await expectInvalid(token, one.jwk, two.jwk)).toBe(
      `${BEGINNING}the issuer has no key with this kid: expected "one", "two", found "new-1"; ` +
        'get a new token, or check that the issuer publishes its key.',
    )
    const many = Array.from({ length: 7 }, (_, index) => ({ ...one.jwk, kid: `k${index}` }))
    expect(await expectInvalid(await one.sign({ kid: 'x'.repeat(200) }), ...many)).toBe(
      `${BEGINNING}the issuer has no key with this kid: expected "k0", "k1", "k2", "k3", "k4" ` +
        `and 2 more, found "${'x'.repeat(64)}"; get a new token, or check that the issuer ` +
        'publishes its key.',
    )
  })

  it('distinguishes a wrong signature from an unknown key', async () => {
    const forged = await other.sign({ kid: 'one' })
    expect(await expectInvalid(forged, one.jwk)).toBe(
      `${BEGINNING}its signature is not one of the key "one", a key of https://id.example (1 ` +
        'tried); the token was changed, or signed by another issuer: send it as it was issued.',
    )
    expect(await expectInvalid(await other.sign(), unnamed.jwk)).toBe(
      `${BEGINNING}its signature is not one of a key of https://id.example (1 tried); the token ` +
        'was changed, or signed by another issuer: send it as it was issued.',
    )
  })

  it('names the algorithm that a key is for', async () => {
    expect(await expectInvalid(await one.sign(), { ...one.jwk, alg: 'PS256', use: 'enc' })).toBe(
      `${BEGINNING}the key "one" must not be used with its algorithm: expected RSA (alg PS256, ` +
        'use enc), found "RS256"; let the issuer sign with an algorithm of its key.',
    )
    expect(await expectInvalid(await unnamed.sign())).toBe(
      `${BEGINNING}no kid names its key: expected 1 to 4 keys of https://id.example that fit ` +
        '"RS256", found 0; let the issuer write the kid of its key.',
    )
  })
})

describe('choosing the key', () => {
  it('finds the key by kid, also if several keys have the same kid', async () => {
    await verifier.verify(await two.sign(), profileWith(one.jwk, two.jwk))
    await verifier.verify(await two.sign(), profileWith({ ...one.jwk, kid: 'two' }, two.jwk))
  })

  it('refuses an unknown kid', async () => {
    const unknown = 'no key with this kid'
    expect(await expectInvalid(await one.sign({ kid: 'other' }), one.jwk)).toContain(unknown)
    expect(await expectInvalid(await one.sign(), two.jwk, unnamed.jwk)).toContain(unknown)
    expect(await expectInvalid(await one.sign({ kid: '__proto__' }), one.jwk)).toContain(unknown)
  })

  it('tries each key that fits a token without kid, with or without a kid of its own', async () => {
    const elliptic = await makeKey('ES256', 'e')
    const token = await unnamed.sign()
    await verifier.verify(token, profileWith(unnamed.jwk, elliptic.jwk))
    await verifier.verify(token, profileWith(one.jwk, unnamed.jwk))
    await verifier.verify(token, profileWith({ ...unnamed.jwk, kid: 'u' }, other.jwk))
    await verifier.verify(await other.sign(), profileWith(unnamed.jwk, other.jwk))
    expect(await expectInvalid(token, one.jwk, two.jwk, other.jwk)).toContain('signature')
    expect(await expectInvalid(token, elliptic.jwk)).toContain('found 0;')
    expect(await expectInvalid(token)).toContain('found 0;')
  })

  it('tries the keys for a token with a kid where no key of the issuer has one', async () => {
    const elliptic = await makeKey('ES256')
    await verifier.verify(await one.sign(), profileWith(elliptic.jwk, withoutKid(one.jwk)))
    await verifier.verify(await one.sign(), profileWith(unnamed.jwk, withoutKid(one.jwk)))
    expect(await expectInvalid(await one.sign(), unnamed.jwk, other.jwk)).toContain('signature')
    // One key with another kid is enough: the issuer names its keys.
    const named = [withoutKid(one.jwk), elliptic.jwk, { ...unnamed.jwk, kid: '' }]
    expect(await expectInvalid(await one.sign(), ...named)).toContain('no key with this kid')
  })

  it('never tries a key whose kid is not that of the token', async () => {
    const renamed = { ...one.jwk, kid: 'two' }
    expect(await expectInvalid(await one.sign(), renamed, unnamed.jwk)).toContain('no key with')
    expect(await expectInvalid(await one.sign(), { ...two.jwk, kid: 'one' }, renamed)).toContain(
      'signature',
    )
  })

  it('tries at most four keys', async () => {
    const copies = (count: number) => Array.from({ length: count }, () => ({ ...other.jwk }))
    const token = await unnamed.sign()
    await verifier.verify(token, profileWith(...copies(3), unnamed.jwk))
    expect(await expectInvalid(token, unnamed.jwk, ...copies(4))).toContain('found 5;')
    const named = (key: JWK) => ({ ...key, kid: 'one' })
    await verifier.verify(await one.sign(), profileWith(...copies(3).map(named), one.jwk))
    const five = [one.jwk, ...copies(4).map(named)]
    expect(await expectInvalid(await one.sign(), ...five)).toContain(
      'expected at most 4 keys with one kid, found 5 with "one"',
    )
    const unfit = Array.from({ length: 9 }, () => ({ ...other.jwk, alg: 'RS512' }))
    await verifier.verify(token, profileWith(...unfit, unnamed.jwk))
  })

  it("never reads keys from the token's header", async () => {
    const evil = await makeKey('RS256', 'one')
    const header = {
      jwk: evil.jwk,
      jku: 'https://evil.example/jwks',
      x5u: 'https://evil.example/x',
      x5c: ['MIIB'],
    } as Partial<CompactJWSHeaderParameters>
    expect(await expectInvalid(await evil.sign(header), one.jwk)).toContain('signature')
  })
})

describe('keys that must not be used', () => {
  it.each<[string, Partial<JWK> & Record<string, unknown>]>([
    ['for encryption', { use: 'enc' }],
    ['for certificates of SPIFFE', { use: 'x509-svid' }],
    ['without verify among its key_ops', { key_ops: ['encrypt'] }],
    ['for another algorithm', { alg: 'RS512' }],
    ['of another kind', { kty: 'EC', crv: 'P-256' }],
    ['published with its private part', { d: 'AQAB' }],
    ['published as a shared secret', { k: 'AQAB' }],
  ])('refuses a key %s', async (_, change) => {
    expect(await expectInvalid(await one.sign(), { ...one.jwk, ...change })).toContain(
      'must not be used',
    )
  })

  it('refuses RSA of less than 2,048 bits, even with leading zeros', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const { kty = '', n = '', e = '' } = publicKey.export({ format: 'jwk' })
    const padded = Buffer.concat([Buffer.alloc(128), Buffer.from(n, 'base64url')])
    for (const modulus of [n, padded.toString('base64url')])
      expect(await expectInvalid(await one.sign(), { kty, n: modulus, e, kid: 'one' })).toContain(
        'must not be used',
      )
  })

  it('refuses a curve that does not fit, and members that are not a key', async () => {
    const elliptic = await makeKey('ES256', 'e')
    expect(await expectInvalid(await elliptic.sign(), { ...elliptic.jwk, crv: 'P-384' })).toContain(
      'must not be used',
    )
    expect(await expectInvalid(await elliptic.sign(), { ...elliptic.jwk, x: 'AAAA' })).toContain(
      'must not be used, because it cannot be read',
    )
  })

  it('refuses an RSA exponent of 1, for which anyone can sign', async () => {
    const [header, payload] = (await one.sign()).compact.split('.')
    const forged = readToken(`${header}.${payload}.${signWithoutKey(`${header}.${payload}`, 256)}`)
    for (const e of ['AQ', 'AAAAAQ', 'AQ==', 'AQ.', ' AQ'])
      expect(await expectInvalid(forged, { ...one.jwk, e })).toContain(
        'because it has an exponent (e) that is even, below 3 or above 2^32',
      )
  })

  it('refuses a key of CVE-2017-15361, although its signature is valid', async () => {
    const { privateKey, jwk } = generateFlawedKeyPair()
    const token = await signWith(privateKey, 'RS256')
    expect(await expectInvalid(token, { ...jwk, kid: 'k' })).toContain('CVE-2017-15361')
  })

  it('refuses a point of small order of Ed25519, for which anyone can sign', async () => {
    const identity = Buffer.from(`01${'00'.repeat(31)}`, 'hex')
    const [header, payload] = (await (await makeKey('EdDSA', 'k')).sign()).compact.split('.')
    // R is the point itself and S is 0, so both sides of the equation are the point.
    const signature = Buffer.concat([identity, Buffer.alloc(32)]).toString('base64url')
    const forged = readToken(`${header}.${payload}.${signature}`)
    const jwk = { kty: 'OKP', crv: 'Ed25519', kid: 'k', x: identity.toString('base64url') }
    expect(await expectInvalid(forged, jwk)).toContain('is a point of small order')
  })

  it('uses a sound key beside a weak one, whether the token names it or not', async () => {
    const weak = { ...one.jwk, e: 'AQ' }
    await verifier.verify(await one.sign(), profileWith(weak, one.jwk))
    await verifier.verify(await unnamed.sign(), profileWith({ ...weak }, unnamed.jwk))
    expect(await expectInvalid(await unnamed.sign(), weak)).toContain('found 0;')
  })

  it('reads a key with padding, and with characters of plain base64', async () => {
    const plain = Buffer.from(one.jwk.n ?? '', 'base64url').toString('base64')
    await verifier.verify(await one.sign(), profileWith({ ...one.jwk, n: plain, e: 'AQAB' }))
  })
})

it('uses a key that SPIFFE publishes for tokens', async () => {
  await verifier.verify(await one.sign(), profileWith({ ...one.jwk, use: 'jwt-svid' }))
})

describe('the cost of a key', () => {
  it('does not depend on a long exponent, which makes each verification slow', async () => {
    const e = Buffer.alloc(255, 0xff).toString('base64url')
    const token = await one.sign()
    const profile = profileWith({ ...one.jwk, e })
    const started = process.hrtime.bigint()
    for (let count = 0; count < 100; count++) await refusalOf(verifier.verify(token, profile))
    // A verification with this exponent costs over 3 ms, so 100 of them cost over 300 ms.
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(100)
  })
})

describe('hostile tokens', () => {
  it('refuses another payload, and a signature that was cut off', async () => {
    const [header, , signature = ''] = (await one.sign()).compact.split('.')
    const payload = Buffer.from('{"iss":"https://id.example","sub":"admin"}').toString('base64url')
    await expectInvalid(readToken(`${header}.${payload}.${signature}`), one.jwk)
    await expectInvalid(readToken((await one.sign()).compact.slice(0, -8)), one.jwk)
  })

  it('refuses none, and HS256 with the public key as secret', async () => {
    const secret = Buffer.from(JSON.stringify(one.jwk))
    const hmac = await new CompactSign(Buffer.from('{"iss":"https://id.example"}'))
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(secret)
    expect(await expectInvalid(readToken(hmac), one.jwk)).toContain('algorithm')
    const header = Buffer.from('{"alg":"none","kid":"one"}').toString('base64url')
    const none = readToken(`${header}.${hmac.split('.')[1]}.AA`)
    expect(await expectInvalid(none, one.jwk)).toContain('algorithm')
    // Even if a document named these algorithms, no published key would fit.
    const careless = { ...profileWith(one.jwk), algorithms: ['HS256', 'none'] }
    expect((await refusalOf(verifier.verify(readToken(hmac), careless))).code).toBe('invalid_token')
  })
})

describe('an issuer that cannot be reached', () => {
  it('is reported with a different code than an invalid token', async () => {
    const down = { ...profileWith(), keys: { from: 'discovery' as const } }
    const { code } = await refusalOf(verifier.verify(await one.sign(), down))
    expect(code).toBe('issuer_unavailable')
  })
})
