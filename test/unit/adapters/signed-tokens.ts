/** Keys and tokens for tests of the verifier, which gets its keys from the profile. */
import type { KeyObject } from 'node:crypto'
import { isObject, type JWK, type SubjectToken, type VerificationProfile } from '@token-broker/core'
import { type CompactJWSHeaderParameters, CompactSign, exportJWK, generateKeyPair } from 'jose'
import { expect } from 'vitest'
import { createJwtVerifier } from '../../../packages/functions/src/adapters/verifiers/jwt-verifier.ts'
import { createKeyCache } from '../../../packages/functions/src/adapters/verifiers/key-cache.ts'
import { refusalOf } from './calls.ts'

const created = createJwtVerifier({
  keyCache: createKeyCache({
    fetchJson: () => Promise.reject(new Error('no network here')),
    now: () => 0,
  }),
})
/** Waits for keys for a second. */
export const verifier = {
  verify: (token: SubjectToken, profile: VerificationProfile) =>
    created.verify(token, profile, 1_000),
}

export function profileWith(...jwks: JWK[]): VerificationProfile {
  return {
    issuer: 'https://id.example',
    keys: { from: 'inline', jwks },
    algorithms: ['RS256', 'RS384', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'],
    types: ['jwt'],
    maxTokenAgeSeconds: 3600,
    clockToleranceSeconds: 30,
  }
}

/** @param kid undefined: neither the key nor the header of its tokens has one */
export async function makeKey(alg: string, kid?: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const { kty = '', ...members } = await exportJWK(publicKey)
  const named = kid === undefined ? {} : { kid }
  const jwk = JSON.parse(JSON.stringify({ kty, ...members, ...named })) as JWK
  const sign = async (header: Partial<CompactJWSHeaderParameters> = {}) => {
    const claims = Buffer.from(JSON.stringify({ iss: 'https://id.example' }))
    const jws = new CompactSign(claims).setProtectedHeader({ alg, ...named, ...header })
    return readToken(await jws.sign(privateKey))
  }
  return { jwk, sign }
}

/** A token whose header names the key `k`. */
export async function signWith(privateKey: KeyObject, alg: string): Promise<SubjectToken> {
  const claims = Buffer.from(JSON.stringify({ iss: 'https://id.example' }))
  const header = { alg, kid: 'k' }
  return readToken(await new CompactSign(claims).setProtectedHeader(header).sign(privateKey))
}

/** Reads header and issuer without the checks that the broker makes before it verifies. */
export function readToken(compact: string): SubjectToken {
  const [header, claims] = compact.split('.').map((part): unknown => {
    try {
      return JSON.parse(Buffer.from(part, 'base64url').toString())
    } catch {
      return undefined
    }
  })
  if (!isObject(header) || !isObject(claims)) throw new Error('not a JWT')
  const keyId = typeof header.kid === 'string' ? header.kid : undefined
  const [algorithm, issuer] = [String(header.alg), String(claims.iss)]
  return { compact, header, claims, algorithm, keyId, issuer }
}

/** @returns the message of the refusal, which must not quote the token */
export async function expectInvalid(token: SubjectToken, ...jwks: JWK[]): Promise<string> {
  const refusal = await refusalOf(verifier.verify(token, profileWith(...jwks)))
  expect(refusal.code).toBe('invalid_token')
  expect(refusal.message).not.toContain(token.compact)
  return refusal.message
}
