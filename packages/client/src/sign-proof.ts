/** Signs DPoP proofs (RFC 9449) with a key of Web Crypto, which need not be extractable. */
import { newProofId, platformCrypto } from './platform.ts'
import type { DpopKeyPair } from './provider-options.ts'
import { TokenBrokerError } from './token-broker-error.ts'

interface ProofTarget {
  readonly url: string
  readonly token: string
  /** Of the broker; undefined: it has not sent one yet. */
  readonly nonce: string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Web Crypto has other members for each kind of key. */
interface KeyAlgorithm {
  readonly name: string
  readonly namedCurve?: string
  readonly hash?: { readonly name: string }
}

const PREFIXES: Readonly<Record<string, string>> = {
  ECDSA: 'ES',
  'RSASSA-PKCS1-v1_5': 'RS',
  'RSA-PSS': 'PS',
}
const HASHES: Readonly<Record<string, string>> = { 'P-256': '256', 'P-384': '384', 'P-521': '512' }

/** @throws {TokenBrokerError} `invalid_dpop_proof` for a key that cannot sign proofs */
export async function signProof(
  { privateKey, publicKey }: DpopKeyPair,
  { url, token, nonce, now }: ProofTarget,
): Promise<string> {
  try {
    const { subtle } = platformCrypto()
    const [alg, parameters] = algorithmOf(privateKey)
    const { kty, crv, x, y, n, e } = await subtle.exportKey('jwk', publicKey)
    const ath = base64url(await subtle.digest('SHA-256', encode(token)))
    const header = { typ: 'dpop+jwt', alg, jwk: { kty, crv, x, y, n, e } }
    const jti = newProofId()
    const claims = { jti, htm: 'POST', htu: url, iat: Math.floor(now / 1000), ath, nonce }
    const signed = [header, claims].map((part) => base64url(encode(JSON.stringify(part)))).join('.')
    return `${signed}.${base64url(await subtle.sign(parameters, privateKey, encode(signed)))}`
  } catch (cause) {
    throw new TokenBrokerError(
      'invalid_dpop_proof',
      'The option "dpop" must be a key pair that signs, of ECDSA, Ed25519 or RSA; see the cause',
      { cause },
    )
  }
}

/** RFC 7518 §3.1 and RFC 9864 §2.2, with what Web Crypto needs to sign. */
function algorithmOf({ algorithm }: DpopKeyPair['privateKey']) {
  const { name, namedCurve = '', hash }: KeyAlgorithm = algorithm
  const bits = HASHES[namedCurve] ?? hash?.name.slice('SHA-'.length) ?? ''
  const parameters = { name, hash: `SHA-${bits}`, saltLength: Number(bits) / 8 }
  const prefix = PREFIXES[name]
  return [prefix ? prefix + bits : name, parameters] as const
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function base64url(bytes: ArrayBuffer | Uint8Array): string {
  const text = String.fromCharCode(...new Uint8Array(bytes))
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
}
