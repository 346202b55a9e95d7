/** The client makes the proofs of tokens that are bound to its key. */
import { calculateJwkThumbprint, decodeJwt, exportJWK } from 'jose'
import { expect, it } from 'vitest'
import { fromTokenBroker } from '../../../packages/client/src/index.ts'
import type { Fetch } from '../../../packages/client/src/provider-options.ts'
import { SECRET_ACCESS_KEY, startServedBroker } from '../../fixtures/index.ts'
import { rejectionOf } from './rejection-of.ts'

const broker = await startServedBroker()
const { url: endpoint, audit } = broker
const { subtle } = crypto

it.each([
  ['ECDSA with P-256', { name: 'ECDSA', namedCurve: 'P-256' }],
  ['ECDSA with P-384', { name: 'ECDSA', namedCurve: 'P-384' }],
  ['ECDSA with P-521', { name: 'ECDSA', namedCurve: 'P-521' }],
  ['Ed25519', { name: 'Ed25519' }],
  ['RSA PKCS #1', rsa('RSASSA-PKCS1-v1_5', 'SHA-256')],
  ['RSA PSS with SHA-512', rsa('RSA-PSS', 'SHA-512')],
])('sends a proof of a key that cannot be exported: %s', async (_name, algorithm) => {
  const dpop = await generateKey(algorithm)
  expect(dpop.privateKey.extractable).toBe(false)
  const provider = fromTokenBroker({
    ...{ endpoint, dpop },
    token: await boundToken(dpop),
  })
  expect((await provider()).secretAccessKey).toBe(SECRET_ACCESS_KEY)
  expect(audit.slice(-2).map(({ code }) => code)).toEqual(['use_dpop_nonce', undefined])
})

it('makes a new proof for each request, and repeats a request once only', async () => {
  const dpop = await generateKey({ name: 'ECDSA', namedCurve: 'P-256' })
  const proofs: string[] = []
  const refusing: Fetch = async (_url, { headers }) => {
    proofs.push(headers.dpop ?? '')
    return {
      status: 401,
      headers: new Headers({ 'dpop-nonce': `nonce-${proofs.length}` }),
      text: async () => JSON.stringify({ code: 'use_dpop_nonce' }),
    }
  }
  const provider = fromTokenBroker({ endpoint, dpop, fetch: refusing, token: 'bound' })
  expect(await rejectionOf(provider())).toMatchObject({ code: 'use_dpop_nonce', status: 401 })
  const claims = proofs.map((proof) => decodeJwt(proof))
  expect(claims).toMatchObject([
    { htm: 'POST', htu: `${endpoint}/v1/credentials` },
    { nonce: 'nonce-1' },
  ])
  expect(claims[0]).not.toHaveProperty('nonce')
  expect(claims[0]?.jti).not.toBe(claims[1]?.jti)
})

it('rejects where the token is bound to another key, or to none', async () => {
  const dpop = await generateKey({ name: 'ECDSA', namedCurve: 'P-256' })
  const other = await generateKey({ name: 'ECDSA', namedCurve: 'P-256' })
  for (const token of [await boundToken(other), await broker.token()]) {
    const provider = fromTokenBroker({ endpoint, dpop, token })
    expect(await rejectionOf(provider())).toMatchObject({ code: 'invalid_token', status: 401 })
  }
})

it('rejects with invalid_dpop_proof where the clock of the device is wrong', async () => {
  const dpop = await generateKey({ name: 'ECDSA', namedCurve: 'P-256' })
  const token = await boundToken(dpop)
  const now = () => Date.now() + 120_000
  const rejection = await rejectionOf(fromTokenBroker({ endpoint, dpop, token, now })())
  expect(rejection).toMatchObject({ code: 'invalid_dpop_proof', status: 401 })
  expect(String(rejection)).toContain('compare the clocks')
  expect(String(rejection)).not.toContain(token)
})

it('rejects a key that cannot sign, before any request is sent', async () => {
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' }
  const dpop = await generateKey(algorithm, ['deriveBits'])
  const fail: Fetch = () => Promise.reject(new Error('a request was sent'))
  const provider = fromTokenBroker({ endpoint, dpop, fetch: fail, token: 'bound' })
  expect(await rejectionOf(provider())).toMatchObject({ code: 'invalid_dpop_proof' })
})

type KeyPair = { readonly privateKey: CryptoKeyOf; readonly publicKey: CryptoKeyOf }
type CryptoKeyOf = Parameters<typeof subtle.exportKey>[1]

async function generateKey(
  algorithm: object,
  uses: readonly ('sign' | 'verify' | 'deriveBits')[] = ['sign', 'verify'],
): Promise<KeyPair> {
  const generated = await subtle.generateKey(Object(algorithm), false, uses)
  if (!('privateKey' in generated)) throw new Error('not a key pair')
  return generated
}

function rsa(name: string, hash: string) {
  return { name, hash, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
}

async function boundToken({ publicKey }: KeyPair): Promise<string> {
  return broker.token({ cnf: { jkt: await calculateJwkThumbprint(await exportJWK(publicKey)) } })
}
