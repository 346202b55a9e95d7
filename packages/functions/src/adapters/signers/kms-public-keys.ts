/** The public halves of KMS keys, for verifiers of the tokens that these keys sign or will sign. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { BrokerError, type JWK } from '@token-broker/core'
import { createKmsCalls, type KmsCallOptions, type KmsCalls } from './kms-calls.ts'
import { type KmsKey, kmsError, mapKmsError } from './kms-key.ts'
import { publicMembers, requireAlgorithm } from './public-key.ts'

export interface KmsPublicKeysOptions extends Omit<KmsCallOptions, 'region'> {
  /** In the order of publication: the key that signs comes first. */
  readonly keys: readonly KmsKey[]
  /** Receives the reason why a key that does not sign is left out. */
  readonly onOmission: (refusal: BrokerError) => void
}

/**
 * Reads each key once, because the material of a KMS key never changes under its id.
 *
 * If KMS fails for one key, no keys are returned: verifiers cache what they get, and would refuse
 * the tokens of the missing key until they fetch again. A key that is disabled, deleted or
 * forbidden is left out, unless it is the one that signs: when a deployment withdraws a key, KMS
 * may know it before this function does.
 * @throws {BrokerError} `upstream_unavailable`, `throttled`; `config_invalid` if the key that signs
 *   cannot be used
 */
export function createKmsPublicKeys({ keys, onOmission, ...options }: KmsPublicKeysOptions) {
  const known = new Map<string, JWK>()
  const sources = keys.map((key) => ({
    key,
    kms: createKmsCalls({ ...options, region: key.region }),
  }))
  return async (signal: AbortSignal): Promise<{ readonly keys: readonly JWK[] }> => {
    const jwks = await Promise.all(
      sources.map(async ({ key, kms }) => {
        const jwk =
          known.get(key.arn) ??
          (await readKey(key, kms, signal).catch((error: unknown) => omit(error, key)))
        if (jwk) known.set(key.arn, jwk)
        return jwk
      }),
    )
    return { keys: jwks.filter((jwk) => jwk !== undefined) }
  }

  function omit(error: unknown, key: KmsKey): undefined {
    if (key === keys[0] || !(error instanceof BrokerError) || error.code !== 'config_invalid')
      throw error
    onOmission(error)
  }
}

async function readKey(key: KmsKey, kms: KmsCalls, signal: AbortSignal): Promise<JWK> {
  const response = await kms.getPublicKey({ KeyId: key.arn }, signal).catch((error: unknown) => {
    throw mapKmsError(error, key)
  })
  if (response.KeyUsage !== 'SIGN_VERIFY')
    throw kmsError('config_invalid', key, 'its usage is not SIGN_VERIFY; configure a signing key.')
  const publicKey = parsePublicKey(response.PublicKey)
  if (!publicKey)
    throw kmsError('upstream_unavailable', key, 'the response contains no valid public key.')
  const alg = requireAlgorithm(publicKey, `KMS key ${key.keyId}`)
  return { ...publicMembers(publicKey), kid: key.keyId, use: 'sig', alg }
}

function parsePublicKey(spki: Uint8Array | undefined): KeyObject | undefined {
  if (!spki) return undefined
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
