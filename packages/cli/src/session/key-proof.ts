/** Proofs of the key to which a token is bound (DPoP, RFC 9449), for requests to the broker. */
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto'
import { parseObject } from './json.ts'
import { readPrivateFile } from './private-files.ts'
import { SessionError } from './session-error.ts'

interface ProofTarget {
  readonly url: string
  readonly token: string
  /** Of the broker; undefined: it has not sent one yet. */
  readonly nonce: string | undefined
}

export type KeyProof = (target: ProofTarget) => string

/** By key type or curve, as OpenSSL names them. */
const ALGORITHMS: Readonly<Record<string, readonly [alg: string, hash: string | null]>> = {
  prime256v1: ['ES256', 'sha256'],
  secp384r1: ['ES384', 'sha384'],
  secp521r1: ['ES512', 'sha512'],
  ed25519: ['Ed25519', null],
  rsa: ['RS256', 'sha256'],
}

/**
 * @param file with a private key, as PKCS #8 PEM or as JWK, that other users cannot read
 * @throws {SessionError} `no_token` where it cannot be used
 */
export function openProofKey(file: string): KeyProof {
  const privateKey = readKey(file)
  const { asymmetricKeyType = '', asymmetricKeyDetails } = privateKey
  const [alg, hash] = ALGORITHMS[asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType] ?? []
  if (alg === undefined || hash === undefined)
    throw unusable(file, 'is not of P-256, P-384, P-521, Ed25519 or RSA')
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  return ({ url, token, nonce }) => {
    const ath = createHash('sha256').update(token).digest('base64url')
    const iat = Math.floor(Date.now() / 1000)
    const header = { typ: 'dpop+jwt', alg, jwk }
    const claims = { jti: randomUUID(), htm: 'POST', htu: url, iat, ath, nonce }
    const signed = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
    return `${signed}.${sign(hash, Buffer.from(signed), key).toString('base64url')}`
  }
}

/** Errors have no cause: parsers quote the text in theirs, and the text is the private key. */
function readKey(file: string) {
  const text = readPrivateFile(file)?.trim()
  if (!text) throw unusable(file, 'is missing, a link, or readable by other users')
  try {
    const jwk = text.startsWith('{') ? parseObject(text) : undefined
    return jwk ? createPrivateKey({ key: jwk, format: 'jwk' }) : createPrivateKey(text)
  } catch {
    throw unusable(file, 'is not a private key: expected PKCS #8 PEM or a private JWK')
  }
}

function unusable(file: string, what: string): SessionError {
  const remedy = 'correct --dpop-key, and run chmod 600 on the file'
  return new SessionError('no_token', `no_token: the key ${file} ${what}; ${remedy}`, false)
}
