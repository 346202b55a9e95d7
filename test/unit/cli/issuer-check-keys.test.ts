/** `token-broker issuer check`: which keys of an issuer the broker would use, and for what. */
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startIssuerCheckBench } from './issuer-check-bench.ts'

const { issuer, check, publish } = await startIssuerCheckBench()

const rsaKey = (kid: string, modulusLength: number) => ({
  ...generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }),
  kid,
})
const ecKey = (namedCurve: string, fields: object = {}) => ({
  ...generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }),
  ...fields,
})
const edKey = () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })

describe('keys', () => {
  const GOOD = issuer.publicJwk
  it.each<[string, readonly unknown[], string, string]>([
    ['none', [], 'failed', 'the key set is empty'],
    [
      'a short RSA key',
      [GOOD, rsaKey('b', 1024)],
      'warning',
      'b (RSA 1024) has only 1024 bits, and is not used',
    ],
    ['a private key', [{ ...GOOD, d: 'AQAB' }], 'failed', 'none of 1 can verify a token'],
    [
      'a shared key',
      [GOOD, { kty: 'oct', k: 'AQAB', kid: 's' }],
      'warning',
      's (oct) is private or shared: anyone can sign with it',
    ],
    ['one kid twice', [GOOD, GOOD], 'warning', 'key-1 names more than one key'],
    [
      'no kid',
      [{ ...GOOD, kid: undefined }],
      'warning',
      'no key has a kid: a new key is used after up to 10 minutes',
    ],
    [
      'some kids',
      [GOOD, ecKey('P-256')],
      'warning',
      'some keys have no kid, and are never used for tokens with a kid',
    ],
    [
      'a key for encryption',
      [GOOD, { ...GOOD, kid: 'e', use: 'enc' }],
      'ok',
      'e (RSA 2048) is not for signatures (use: enc), and is not used',
    ],
    [
      'another curve',
      [GOOD, ecKey('secp256k1', { kid: 'k1' })],
      'warning',
      'k1 (EC secp256k1) has the type EC with the curve secp256k1',
    ],
    [
      '101 keys',
      Array(101).fill(GOOD),
      'failed',
      '101 keys, of which the broker accepts at most 100',
    ],
    ['text', ['key'], 'warning', '(unknown) is not a JWK (kty is missing)'],
  ])('%s', async (_, keys, status, message) => {
    publish({}, keys)
    const { checks } = await check(issuer.url)
    expect(checks).toContainEqual(
      expect.objectContaining({ status, message: expect.stringContaining(message) }),
    )
  })

  it('have algorithms to write, where the default does not fit', async () => {
    const keys = [ecKey('P-384', { kid: 'a' }), edKey()]
    publish({ id_token_signing_alg_values_supported: ['ES384', 'EdDSA', 'none'] }, keys)
    const { block, keys: shown } = await check(issuer.url)
    expect(block).toContain('    algorithms: [ES384, EdDSA]\n')
    expect(shown).toMatchObject([
      { kid: 'a', type: 'EC P-384', algorithms: ['ES384'] },
      { type: 'OKP Ed25519', algorithms: ['EdDSA', 'Ed25519'] },
    ])
  })

  it('do not fit the algorithms that the issuer announces', async () => {
    publish({ id_token_signing_alg_values_supported: ['ES256'] })
    const { checks } = await check(issuer.url)
    expect(checks).toContainEqual(
      expect.objectContaining({ check: 'algorithms', status: 'warning' }),
    )
  })
})
