/** Which keys may verify which tokens: real keys, real signatures. */
import { generateKeyPairSync } from 'node:crypto'
import { isObject, type JWK, type SubjectToken, type VerificationProfile } from '@token-broker/core'
import { type CompactJWSHeaderParameters, CompactSign, exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { createJwtVerifier } from '../../../packages/functions/src/adapters/verifiers/jwt-verifier.ts'
import { createKeyCache } from '../../../packages/functions/src/adapters/verifiers/key-cache.ts'
import { refusalOf } from './test-server.ts'

const verifier = createJwtVerifier({
  keyCache: createKeyCache({
    fetchJson: () => Promise.reject(new Error('no network here')),
    now: () => 0,
  }),
})

function profile(...jwks: JWK[]): VerificationProfile {
  return {
    issuer: 'https://id.example',
    keys: { from: 'inline', jwks },
    algorithms: ['RS256', 'RS384', 'PS256', 'ES256', 'ES384', 'EdDSA'],
    types: ['jwt'],
    maxTokenAgeSeconds: 3600,
    clockToleranceSeconds: 30,
  }
}

async function makeKey(alg: string, kid?: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const { kty = '', ...members } = await exportJWK(publicKey)
  const jwk = JSON.parse(
    JSON.stringify({ kty, ...members, ...(kid === undefined ? {} : { kid }) }),
  ) as JWK
  const sign = async (
    header: Partial<CompactJWSHeaderParameters> = {},
    claims: object = { iss: 'https://id.example' },
  ) =>
    read(
      await new CompactSign(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), ...header })
        .sign(privateKey),
    )
  return { jwk, sign, privateKey }
}

function read(compact: string): SubjectToken {
  const [header, claims] = compact.split('.').map((part): unknown => {
    try {
      return JSON.parse(Buffer.from(part, 'base64url').toString())
    } catch {
      return undefined
    }
  })
  if (!isObject(header) || !isObject(claims)) throw new Error('not a JWT')
  const keyId = typeof header.kid === 'string' ? header.kid : undefined
  return {
    compact,
    header,
    claims,
    algorithm: String(header.alg),
    keyId,
    issuer: String(claims.iss),
  }
}

const one = await makeKey('RS256', 'one')
const two = await makeKey('RS256', 'two')
const unnamed = await makeKey('RS256')

async function expectInvalid(token: SubjectToken, ...jwks: JWK[]) {
  const refusal = await refusalOf(verifier.verify(token, profile(...jwks)))
  expect(refusal.code).toBe('invalid_token')
  expect(refusal.message).not.toContain(token.compact)
  return refusal.message
}

test.each(['RS256', 'RS384', 'PS256', 'ES256', 'ES384', 'EdDSA'])('%s', async (alg) => {
  const key = await makeKey(alg, 'k')
  await verifier.verify(await key.sign(), profile(key.jwk))
  await verifier.verify(await key.sign(), profile(key.jwk))
  const other = await makeKey(alg, 'k')
  expect(await expectInvalid(await other.sign(), key.jwk)).toContain('signature')
})

describe('choosing the key', () => {
  test('by kid among several, and several with one kid', async () => {
    await verifier.verify(await two.sign(), profile(one.jwk, two.jwk))
    await verifier.verify(await two.sign(), profile({ ...one.jwk, kid: 'two' }, two.jwk))
  })

  test('an unknown kid', async () => {
    expect(await expectInvalid(await one.sign({ kid: 'other' }), one.jwk)).toContain(
      'no key with this kid',
    )
    expect(await expectInvalid(await one.sign(), unnamed.jwk)).toContain('no key with this kid')
    expect(await expectInvalid(await one.sign({ kid: '__proto__' }), one.jwk)).toContain(
      'no key with this kid',
    )
  })

  test('no kid: taken only where one key fits', async () => {
    const elliptic = await makeKey('ES256', 'e')
    await verifier.verify(await unnamed.sign(), profile(unnamed.jwk, elliptic.jwk))
    expect(await expectInvalid(await unnamed.sign(), unnamed.jwk, one.jwk)).toContain('2 keys')
    expect(await expectInvalid(await unnamed.sign(), elliptic.jwk)).toContain('0 keys')
  })

  test("keys in the token's header are never read", async () => {
    const evil = await makeKey('RS256', 'one')
    const header = {
      jwk: evil.jwk,
      jku: 'https://evil.example/jwks',
      x5u: 'https://evil.example/x',
      x5c: ['MIIB'],
    }
    expect(
      await expectInvalid(await evil.sign(header as Partial<CompactJWSHeaderParameters>), one.jwk),
    ).toContain('signature')
  })
})

describe('keys that must not be used', () => {
  test.each<[string, Partial<JWK> & Record<string, unknown>]>([
    ['for encryption', { use: 'enc' }],
    ['without verify among key_ops', { key_ops: ['encrypt'] }],
    ['for another algorithm', { alg: 'RS512' }],
    ['of another kind', { kty: 'EC', crv: 'P-256' }],
    ['published with its private part', { d: 'AQAB' }],
    ['published as a shared secret', { k: 'AQAB' }],
  ])('%s', async (_, change) => {
    expect(await expectInvalid(await one.sign(), { ...one.jwk, ...change })).toContain(
      'must not be used',
    )
  })

  test('RSA under 2,048 bits', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const { kty = '', n = '', e = '' } = publicKey.export({ format: 'jwk' })
    expect(await expectInvalid(await one.sign(), { kty, n, e, kid: 'one' })).toContain(
      'must not be used',
    )
    // Leading zeros do not make it longer.
    const padded = Buffer.concat([Buffer.alloc(128), Buffer.from(n, 'base64url')]).toString(
      'base64url',
    )
    expect(await expectInvalid(await one.sign(), { kty, n: padded, e, kid: 'one' })).toContain(
      'must not be used',
    )
  })

  test('a curve that does not fit, and members that are no key', async () => {
    const elliptic = await makeKey('ES256', 'e')
    expect(await expectInvalid(await elliptic.sign(), { ...elliptic.jwk, crv: 'P-384' })).toContain(
      'must not be used',
    )
    expect(await expectInvalid(await elliptic.sign(), { ...elliptic.jwk, x: 'AAAA' })).toContain(
      'signature',
    )
  })
})

describe('hostile tokens', () => {
  test('another payload, and a signature cut short', async () => {
    const [header, , signature = ''] = (await one.sign()).compact.split('.')
    const payload = Buffer.from('{"iss":"https://id.example","sub":"admin"}').toString('base64url')
    await expectInvalid(read(`${header}.${payload}.${signature}`), one.jwk)
    await expectInvalid(read((await one.sign()).compact.slice(0, -8)), one.jwk)
  })

  test('none, and HS256 with the public key as secret', async () => {
    const secret = Buffer.from(JSON.stringify(one.jwk))
    const hmac = await new CompactSign(Buffer.from('{"iss":"https://id.example"}'))
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(secret)
    expect(await expectInvalid(read(hmac), one.jwk)).toContain('algorithm')
    const none = Buffer.from('{"alg":"none","kid":"one"}').toString('base64url')
    expect(await expectInvalid(read(`${none}.${hmac.split('.')[1]}.AA`), one.jwk)).toContain(
      'algorithm',
    )
    // Even if a document named them: no published key fits.
    const careless = { ...profile(one.jwk), algorithms: ['HS256', 'none'] }
    expect((await refusalOf(verifier.verify(read(hmac), careless))).code).toBe('invalid_token')
  })
})

test('an issuer that cannot be reached is told apart from a bad token', async () => {
  const away = { ...profile(), keys: { from: 'discovery' as const } }
  expect((await refusalOf(verifier.verify(await one.sign(), away))).code).toBe('issuer_unavailable')
})
