/** Signs the broker's own web identity tokens with a key in the process's memory. */
import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { BrokerError, isObject, type JWK, type Signer, thumbprintOf } from '@token-broker/core'
import { publicMembers, requireAlgorithm } from './public-key.ts'
import { signingInput } from './signing-input.ts'

export interface LocalSigner extends Signer {
  /**
   * The keys to publish: the current one, then the next one, so that verifiers already know the
   * next key when a rotation makes it the current one.
   * @throws {BrokerError} `config_invalid`
   */
  publicJwks(): Promise<{ readonly keys: readonly JWK[] }>
}

interface LocalKey {
  readonly privateKey: KeyObject
  readonly publicJwk: JWK & { readonly kid: string; readonly alg: string }
}

/**
 * @param options.currentKey PKCS #8 PEM or a private JWK as JSON text: RSA of at least 2,048 bits
 *   (RS256) or P-256 (ES256). A certificate in the same PEM, or in the JWK's `x5c`, is published as
 *   `x5c`.
 * @param options.nextKey the key that signs after the next rotation; published but not used
 * @param options.issuer `iss` of every token that is signed here
 */
export function createLocalSigner(options: {
  readonly currentKey: string
  readonly nextKey?: string
  readonly issuer: string
}): LocalSigner {
  const { currentKey, nextKey, issuer } = options
  const current = once(() => readKey(currentKey, 'signing key'))
  const next = once(async () =>
    nextKey === undefined ? undefined : readKey(nextKey, 'next signing key'),
  )
  return {
    keyId: async () => (await current()).publicJwk.kid,
    async sign(claims) {
      const { privateKey, publicJwk } = await current()
      const { alg, kid } = publicJwk
      const input = signingInput({ alg, kid }, { ...claims, iss: issuer })
      // RFC 7518 §3.4: an ECDSA signature is two numbers, and not their DER.
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
    },
    async publicJwks() {
      const [first, second] = [(await current()).publicJwk, (await next())?.publicJwk]
      return { keys: second === undefined || second.kid === first.kid ? [first] : [first, second] }
    },
  }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}

async function readKey(text: string, name: string): Promise<LocalKey> {
  const { privateKey, certificates } = parseKey(text.trim(), name)
  const algorithm = requireAlgorithm(privateKey, name)
  const key = publicMembers(privateKey)
  const x5c = certificates.length > 0 ? { x5c: readChain(certificates, privateKey, name) } : {}
  return {
    privateKey,
    publicJwk: {
      ...key,
      kid: thumbprintOf(key),
      use: 'sig',
      alg: algorithm,
      ...x5c,
    },
  }
}

/** Errors have no cause: parsers quote the text in theirs, and the text is the private key. */
function parseKey(
  text: string,
  name: string,
): { privateKey: KeyObject; certificates: readonly unknown[] } {
  try {
    if (!text.startsWith('{')) {
      // Environment values often contain a PEM's line breaks as the two characters `\n`.
      const pem = text.replaceAll('\\n', '\n')
      return { privateKey: createPrivateKey(pem), certificates: pem.match(CERTIFICATE) ?? [] }
    }
    const jwk: unknown = JSON.parse(text)
    if (isObject(jwk)) {
      const certificates = jwk.x5c === undefined ? [] : [jwk.x5c].flat()
      return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), certificates }
    }
  } catch {}
  throw new BrokerError(
    'config_invalid',
    `The ${name} cannot be read; write it as a PKCS #8 PEM or a private JWK.`,
  )
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The certificates in the form of `x5c`: DER in base64, beginning with the certificate of the key
 * (RFC 7517 §4.7). Ceph reads keys from `x5c`: if the first certificate belonged to another key,
 * it would refuse every token.
 */
function readChain(
  certificates: readonly unknown[],
  privateKey: KeyObject,
  name: string,
): readonly string[] {
  try {
    const chain = certificates.map((text) => {
      if (typeof text !== 'string') throw new TypeError('not a string')
      return new X509Certificate(text.startsWith('-') ? text : Buffer.from(text, 'base64'))
    })
    if (chain[0]?.checkPrivateKey(privateKey)) return chain.map(({ raw }) => raw.toString('base64'))
  } catch {}
  throw new BrokerError(
    'config_invalid',
    `The certificate of the ${name} is invalid or belongs to another key; replace or remove it.`,
  )
}
