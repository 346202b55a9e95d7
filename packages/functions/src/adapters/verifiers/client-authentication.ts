/** Proves to an issuer which client the broker is (RFC 6749 §2.3.1, RFC 7523 §2.2). */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { IntrospectionClient } from '@token-broker/core'
import type { TokenCheckOptions } from './token-check.ts'

export interface ClientProof {
  readonly headers: Readonly<Record<string, string>>
  /** Of the form. */
  readonly fields: Readonly<Record<string, string>>
}

type ProofOptions = Pick<TokenCheckOptions, 'refusal' | 'now' | 'newId'>

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ASSERTION_SECONDS = 60

/**
 * @param secret of the client; for `private_key_jwt`, its private key as PEM (PKCS #8) or JWK
 * @throws `config_invalid` for a key that cannot be used
 */
export function authenticateClient(
  { clientId, clientSecret: name, method, url }: IntrospectionClient,
  secret: string,
  options: ProofOptions,
): ClientProof {
  if (method === 'client_secret_basic') {
    const credentials = `${formEncoded(clientId)}:${formEncoded(secret)}`
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
    return { headers: { authorization }, fields: {} }
  }
  if (method === 'client_secret_post')
    return { headers: {}, fields: { client_id: clientId, client_secret: secret } }
  const assertion = signAssertion({ clientId, audience: url, name }, secret, options)
  return {
    headers: {},
    fields: {
      client_id: clientId,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    },
  }
}

/** RFC 6749 §2.3.1: as in a form, so that a colon in the id does not end it. */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

/** RFC 7523 §3: for this one endpoint, for one minute, once. */
function signAssertion(
  client: { readonly clientId: string; readonly audience: string; readonly name: string },
  secret: string,
  { now, newId, refusal }: ProofOptions,
): string {
  const { clientId, audience, name } = client
  const issuedAt = Math.floor(now() / 1000)
  const claims = {
    ...{ iss: clientId, sub: clientId, aud: audience, jti: newId() },
    ...{ iat: issuedAt, exp: issuedAt + ASSERTION_SECONDS },
  }
  try {
    const { key, keyId } = readPrivateKey(secret)
    const { alg, hash } = algorithmOf(key)
    const header = { alg, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) }
    const input = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  } catch {
    // The library's own message may quote the key.
    throw refusal(
      'config_invalid',
      `The secret ${name} is not a private key for private_key_jwt; store a key of RSA, P-256 or ` +
        'Ed25519 as PEM (PKCS #8) or as a JWK.',
    )
  }
}

function readPrivateKey(text: string): { key: KeyObject; keyId?: string } {
  if (!text.trimStart().startsWith('{')) return { key: createPrivateKey(text) }
  const jwk: Record<string, unknown> = JSON.parse(text)
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  return typeof jwk.kid === 'string' ? { key, keyId: jwk.kid } : { key }
}

function algorithmOf(key: KeyObject): { alg: string; hash: string | null } {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa') return { alg: 'RS256', hash: 'sha256' }
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return { alg: 'ES256', hash: 'sha256' }
  if (type === 'ed25519') return { alg: 'EdDSA', hash: null }
  throw new Error('unsupported key')
}
