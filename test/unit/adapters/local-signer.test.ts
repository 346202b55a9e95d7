/** Tokens that the broker signs itself, verified by jose from the key set that it publishes. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createLocalSigner } from '../../../packages/functions/src/adapters/signers/local-signer.ts'
import { selfSignedCertificate } from '../../../packages/local/src/self-signed-certificate.ts'
import { refusalOf } from './test-server.ts'

const issuer = 'https://broker.example'
const never = new AbortController().signal
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const jwk = (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' }))

test.each([
  ['RSA as PEM', pem(rsa), 'RS256'],
  ['RSA as JWK', jwk(rsa), 'RS256'],
  ['P-256 as PEM', pem(elliptic), 'ES256'],
  ['P-256 as JWK', jwk(elliptic), 'ES256'],
  ['a PEM in one line', pem(rsa).replaceAll('\n', '\\n'), 'RS256'],
])('%s', async (_, currentKey, alg) => {
  const signer = createLocalSigner({ currentKey, issuer })
  const { keys } = await signer.publicJwks()
  const [key] = keys
  if (!key) throw new Error('no key')
  const { x5c: _x5c, key_ops: _ops, ...members } = key
  const compact = await signer.sign({ iss: issuer, sub: 'acme/1' }, never)
  const { payload, protectedHeader } = await jwtVerify(
    compact,
    createLocalJWKSet({ keys: [members] }),
  )
  expect(payload).toEqual({ iss: issuer, sub: 'acme/1' })
  expect(protectedHeader).toEqual({
    alg,
    typ: 'JWT',
    kid: await calculateJwkThumbprint(members),
  })
  const ofKind = alg === 'RS256' ? ['n', 'e'] : ['crv', 'x', 'y']
  expect(Object.keys(key).sort()).toEqual(['kty', 'kid', 'use', 'alg', ...ofKind].sort())
  expect(key).toMatchObject({ kid: protectedHeader.kid, use: 'sig', alg })
})

test('the current key comes first and signs, the next is published, one key twice is one', async () => {
  const current = await createLocalSigner({ currentKey: pem(rsa), issuer }).publicJwks()
  const next = await createLocalSigner({ currentKey: pem(elliptic), issuer }).publicJwks()
  const both = createLocalSigner({ currentKey: pem(rsa), nextKey: jwk(elliptic), issuer })
  expect((await both.publicJwks()).keys).toEqual([...current.keys, ...next.keys])
  const header = JSON.parse(
    Buffer.from((await both.sign({}, never)).split('.')[0] ?? '', 'base64url').toString(),
  )
  expect(header.kid).toBe(current.keys[0]?.kid)
  expect(
    (await createLocalSigner({ currentKey: pem(rsa), nextKey: jwk(rsa), issuer }).publicJwks())
      .keys,
  ).toHaveLength(1)
})

describe('a certificate that comes with the key', () => {
  const der = selfSignedCertificate(rsa, 'broker.example').toString('base64')
  const certificate = `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`
  const ofAnother = selfSignedCertificate(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    'other',
  )
  const jwkWith = (x5c: unknown) => JSON.stringify({ ...rsa.export({ format: 'jwk' }), x5c })
  const x5cOf = async (currentKey: string) =>
    (await createLocalSigner({ currentKey, issuer }).publicJwks()).keys.map((key) => key.x5c)

  test.each([
    ['after it in the PEM', pem(rsa) + certificate],
    ['before it in the PEM', certificate + pem(rsa)],
    ['in one line', (pem(rsa) + certificate).replaceAll('\n', '\\n')],
    ['as x5c of the JWK', jwkWith([der])],
  ])('%s is published as x5c', async (_, currentKey) => {
    expect(await x5cOf(currentKey)).toEqual([[der]])
  })

  test('a chain is published in its order', async () => {
    const issued = ofAnother.toString('base64')
    expect(await x5cOf(jwkWith([der, issued]))).toEqual([[der, issued]])
  })

  test.each([
    ['of another key', jwkWith([ofAnother.toString('base64')])],
    ['broken', pem(rsa) + certificate.replace('MII', 'MIIMII')],
    ['no text', jwkWith([1])],
    ['no list', jwkWith(1)],
    ['a PEM in x5c', jwkWith([certificate.replace('MII', 'MIIMII')])],
  ])('%s is refused, since every token would be', async (_, currentKey) => {
    const refusal = await refusalOf(x5cOf(currentKey))
    expect([refusal.code, refusal.cause]).toEqual(['config_invalid', undefined])
    expect(refusal.message).toContain('certificate')
  })
})

describe('bad keys', () => {
  const publicPem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString()
  test.each([
    ['empty', ''],
    ['nonsense', 'SECRETCANARY'],
    ['broken JSON', '{"kty":"EC","d":SECRETCANARY'],
    ['half a JWK', '{"kty":"EC","crv":"P-256","d":"SECRETCANARY"}'],
    ['a shared secret', '{"kty":"oct","k":"SECRETCANARY"}'],
    ['a public key', publicPem],
    ['RSA of 1,024 bits', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)],
    ['P-384', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
    ['Ed25519', pem(generateKeyPairSync('ed25519').privateKey)],
  ])('%s', async (_, currentKey) => {
    const signer = createLocalSigner({ currentKey, issuer })
    for (const promise of [signer.sign({}, never), signer.publicJwks()]) {
      const refusal = await refusalOf(promise)
      expect(refusal.code).toBe('config_invalid')
      expect(refusal.cause).toBeUndefined()
      expect(refusal.message).not.toContain('CANARY')
    }
  })
})
