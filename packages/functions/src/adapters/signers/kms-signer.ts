/** Signs the broker's own web identity tokens with a key that never leaves AWS KMS. */
import { createHash } from 'node:crypto'
import { MIN_RSA_BITS, type Signer } from '@token-broker/core'
import { derToJose } from './der-to-jose.ts'
import type { KmsCallOptions, KmsCalls } from './kms-calls.ts'
import { type KmsKey, kmsError, mapKmsError } from './kms-key.ts'
import type { SigningAlgorithm } from './public-key.ts'
import { signingInput } from './signing-input.ts'

export interface KmsSignerOptions {
  readonly kms: Pick<KmsCalls, 'sign'>
  readonly key: KmsKey
  /** As the key's specification requires: RS256 for RSA, ES256 for ECC_NIST_P256. */
  readonly algorithm: SigningAlgorithm
  /** `iss` of every token that is signed here. */
  readonly issuer: string
}

interface Scheme {
  readonly kmsName: 'RSASSA_PKCS1_V1_5_SHA_256' | 'ECDSA_SHA_256'
  /** The signature in JOSE's encoding; undefined if it is not a signature of this scheme. */
  readonly toJose: (signature: Uint8Array) => Uint8Array | undefined
}

const SCHEMES: Readonly<Record<SigningAlgorithm, Scheme>> = {
  RS256: {
    kmsName: 'RSASSA_PKCS1_V1_5_SHA_256',
    toJose: (signature) => (signature.length >= MIN_RSA_BITS / 8 ? signature : undefined),
  },
  ES256: { kmsName: 'ECDSA_SHA_256', toJose: derToJose },
}

/**
 * Calls `kms:Sign` once per token. Only the digest is sent, because KMS limits a message to 4,096
 * bytes and session tags can exceed that.
 */
export function createKmsSigner({ kms, key, algorithm, issuer }: KmsSignerOptions): Signer {
  const { kmsName, toJose } = SCHEMES[algorithm]
  const header = { alg: algorithm, kid: key.keyId }
  const signDigest = async (digest: Uint8Array, signal: AbortSignal) => {
    try {
      return await kms.sign(
        { KeyId: key.arn, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: kmsName },
        signal,
      )
    } catch (error) {
      throw mapKmsError(error, key)
    }
  }
  return {
    keyId: async () => key.keyId,
    async sign(claims, signal) {
      const input = signingInput(header, { ...claims, iss: issuer })
      const { Signature } = await signDigest(createHash('sha256').update(input).digest(), signal)
      const signature = Signature && toJose(Signature)
      if (!signature) {
        const text = `the response contains no valid ${algorithm} signature.`
        throw kmsError('upstream_unavailable', key, text)
      }
      return `${input}.${Buffer.from(signature).toString('base64url')}`
    },
  }
}

/**
 * Starts to load the KMS calls from a bundle of their own, so that a broker whose keys are not in
 * KMS does not load the AWS SDK's signing code.
 */
export function openKms(options: KmsCallOptions): Pick<KmsCalls, 'sign'> {
  const opened = import('./kms-calls.ts').then(({ createKmsCalls }) => createKmsCalls(options))
  // Each call below reports the failure; without this handler it would end the process.
  opened.catch(() => undefined)
  return { sign: async (input, signal) => (await opened).sign(input, signal) }
}
