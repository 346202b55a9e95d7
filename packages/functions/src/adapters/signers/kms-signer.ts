/** Signs the broker's own web identity tokens with a key that never leaves AWS KMS. */
import { createHash } from 'node:crypto'
import { BrokerError, type Signer } from '@token-broker/core'
import { derToJose } from './der-to-jose.ts'
import type { KmsCalls } from './kms-calls.ts'
import { mapKmsError } from './kms-error.ts'
import type { KmsKey } from './kms-key.ts'
import type { SigningAlgorithm } from './public-key.ts'

export interface KmsSignerOptions {
  readonly kms: Pick<KmsCalls, 'sign'>
  readonly key: KmsKey
  /** What the key's specification allows: RS256 for RSA, ES256 for ECC_NIST_P256. */
  readonly algorithm: SigningAlgorithm
  /** `iss` of every token that is signed here. */
  readonly issuer: string
}

interface Scheme {
  readonly kmsName: 'RSASSA_PKCS1_V1_5_SHA_256' | 'ECDSA_SHA_256'
  /** The signature as JOSE writes it; undefined where it is none of this scheme. */
  readonly toJose: (signature: Uint8Array) => Uint8Array | undefined
}

const MIN_RSA_BYTES = 256
const SCHEMES: Readonly<Record<SigningAlgorithm, Scheme>> = {
  RS256: {
    kmsName: 'RSASSA_PKCS1_V1_5_SHA_256',
    toJose: (signature) => (signature.length >= MIN_RSA_BYTES ? signature : undefined),
  },
  ES256: { kmsName: 'ECDSA_SHA_256', toJose: derToJose },
}

/** One call of `kms:Sign` a token, with the digest alone: a message may have 4,096 bytes, and session tags can take more. */
export function createKmsSigner({ kms, key, algorithm, issuer }: KmsSignerOptions): Signer {
  const { kmsName, toJose } = SCHEMES[algorithm]
  const header = encode({ alg: algorithm, kid: key.keyId, typ: 'JWT' })
  const call = async (message: Uint8Array, signal: AbortSignal) => {
    try {
      return await kms.sign(
        { KeyId: key.arn, Message: message, MessageType: 'DIGEST', SigningAlgorithm: kmsName },
        signal,
      )
    } catch (error) {
      throw mapKmsError(error, key)
    }
  }
  return {
    async sign(claims, signal) {
      const input = `${header}.${encode({ ...claims, iss: issuer })}`
      const { Signature } = await call(createHash('sha256').update(input).digest(), signal)
      const signature = Signature && toJose(Signature)
      if (!signature) throw unreadable(key)
      return `${input}.${Buffer.from(signature).toString('base64url')}`
    },
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function unreadable({ keyId }: KmsKey): BrokerError {
  return new BrokerError(
    'upstream_unavailable',
    `KMS key ${keyId}: an answer without a signature of its kind.`,
    {
      retryAfterSeconds: 1,
    },
  )
}
