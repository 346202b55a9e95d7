/** Tokens that the broker signs itself, verified by jose with the published keys. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createLocalSigner } from '../../../packages/functions/src/adapters/signers/local-signer.ts'
import { selfSignedCertificate } from '../../../packages/local/src/self-signed-certificate.ts'
import { NO_DEADLINE, refusalOf } from './calls.ts'

const issuer = 'https://broker.example'
const rsa = newRsa(2048)
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

describe('keys', () => {
  it.each([
    ['RSA as PEM', pem(rsa), 'RS256'],
    ['RSA as JWK', jwk(rsa), 'RS256'],
    ['P-256 as PEM', pem(elliptic), 'ES256'],
    ['P-256 as JWK', jwk(elliptic), 'ES256'],
    ['a PEM in one line', pem(rsa).replaceAll('\n', '\\n'), 'RS256'],
  ])('signs with %s', async (_, currentKey, alg) => {
    const signer = createLocalSigner({ currentKey, issuer })
    const { keys } = await signer.publicJwks()
    const [key] = keys
    if (!key) throw new Error('no key')
    const { x5c: _x5c, key_ops: _ops, ...members } = key
    const compact = await signer.sign({ iss: issuer, sub: 'acme/1' }, NO_DEADLINE)
    const keySet = createLocalJWKSet({ keys: [members] })
    const { payload, protectedHeader } = await jwtVerify(compact, keySet)
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

  it('signs with the current key, publishes the next one after it, and no key twice', async () => {
    const current = await publishedKeys({ currentKey: pem(rsa) })
    const next = await publishedKeys({ currentKey: pem(elliptic) })
    const both = createLocalSigner({ currentKey: pem(rsa), nextKey: jwk(elliptic), issuer })
    expect((await both.publicJwks()).keys).toEqual([...current, ...next])
    const [header = ''] = (await both.sign({}, NO_DEADLINE)).split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString()).kid).toBe(current[0]?.kid)
    expect(await publishedKeys({ currentKey: pem(rsa), nextKey: jwk(rsa) })).toHaveLength(1)
  })
})

describe('certificates', () => {
  const der = selfSignedCertificate(rsa, 'broker.example').toString('base64')
  const certificate = `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`
  const broken = certificate.replace('MII', 'MIIMII')
  const ofAnotherKey = selfSignedCertificate(newRsa(2048), 'other').toString('base64')

  it.each([
    ['after the key in the PEM', pem(rsa) + certificate],
    ['before the key in the PEM', certificate + pem(rsa)],
    ['in one line', (pem(rsa) + certificate).replaceAll('\n', '\\n')],
    ['as x5c of the JWK', jwkWith([der])],
  ])('publishes a certificate %s as x5c', async (_, currentKey) => {
    expect(await publishedX5c(currentKey)).toEqual([[der]])
  })

  it('publishes a chain in its order', async () => {
    expect(await publishedX5c(jwkWith([der, ofAnotherKey]))).toEqual([[der, ofAnotherKey]])
  })

  it.each([
    ['a certificate of another key', jwkWith([ofAnotherKey])],
    ['a broken certificate', pem(rsa) + broken],
    ['an x5c with a number', jwkWith([1])],
    ['an x5c that is a number', jwkWith(1)],
    ['a PEM in x5c', jwkWith([broken])],
  ])('refuses %s, because verifiers would then refuse every token', async (_, currentKey) => {
    const refusal = await refusalOf(publishedX5c(currentKey))
    expect([refusal.code, refusal.cause]).toEqual(['config_invalid', undefined])
    expect(refusal.message).toContain('certificate')
  })
})

describe('invalid keys', () => {
  const publicPem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString()
  it.each([
    ['an empty text', ''],
    ['a text that is not a key', 'SECRETCANARY'],
    ['broken JSON', '{"kty":"EC","d":SECRETCANARY'],
    ['half a JWK', '{"kty":"EC","crv":"P-256","d":"SECRETCANARY"}'],
    ['a shared secret', '{"kty":"oct","k":"SECRETCANARY"}'],
    ['a public key', publicPem],
    ['RSA of 1,024 bits', pem(newRsa(1024))],
    ['P-384', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
    ['Ed25519', pem(generateKeyPairSync('ed25519').privateKey)],
  ])('refuses %s and does not quote it', async (_, currentKey) => {
    const signer = createLocalSigner({ currentKey, issuer })
    for (const promise of [signer.sign({}, NO_DEADLINE), signer.publicJwks()]) {
      const refusal = await refusalOf(promise)
      expect(refusal.code).toBe('config_invalid')
      expect(refusal.cause).toBeUndefined()
      expect(refusal.message).not.toContain('CANARY')
    }
  })
})

function newRsa(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function jwk(key: KeyObject): string {
  return JSON.stringify(key.export({ format: 'jwk' }))
}

function jwkWith(x5c: unknown): string {
  return JSON.stringify({ ...rsa.export({ format: 'jwk' }), x5c })
}

async function publishedKeys(keys: { currentKey: string; nextKey?: string }) {
  return (await createLocalSigner({ ...keys, issuer }).publicJwks()).keys
}

async function publishedX5c(currentKey: string) {
  return (await publishedKeys({ currentKey })).map(({ x5c }) => x5c)
}
