/** The public halves of the KMS keys whose tokens are still, or will soon be, about. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { BrokerError, type JWK } from '@token-broker/core'
import { createKmsCalls, type KmsCallOptions, type KmsCalls } from './kms-calls.ts'
import { mapKmsError } from './kms-error.ts'
import type { KmsKey } from './kms-key.ts'
import { algorithmOf, publicMembers } from './public-key.ts'

export interface KmsPublicKeysOptions extends Omit<KmsCallOptions, 'region'> {
  /** In the order in which they are published: the one that signs comes first. */
  readonly keys: readonly KmsKey[]
  /** Is told why a key that does not sign is left out. */
  readonly onOmission: (refusal: BrokerError) => void
}

/**
 * Reads each key once: a KMS key's material never changes under its id. Where one cannot be read just now, none is given, for a
 * verifier keeps what it gets, and would refuse the tokens of a key that is missing only now. A key that is disabled, gone or
 * forbidden is left out, unless it signs: a deploy that withdraws a key may reach KMS before it reaches this function.
 * @throws {BrokerError} `upstream_unavailable`, `throttled`; `config_invalid` where the key that signs cannot be used
 */
export function createKmsPublicKeys({ keys, onOmission, ...options }: KmsPublicKeysOptions) {
  const known = new Map<string, JWK>()
  const sources = keys.map((key) => ({
    key,
    kms: createKmsCalls({ ...options, region: key.region }),
  }))
  return async (signal: AbortSignal): Promise<{ readonly keys: readonly JWK[] }> => {
    const read = await Promise.all(
      sources.map(async ({ key, kms }) => {
        const jwk =
          known.get(key.arn) ??
          (await readKey(key, kms, signal).catch((error: unknown) => omit(error, key)))
        if (jwk) known.set(key.arn, jwk)
        return jwk
      }),
    )
    return { keys: read.filter((jwk) => jwk !== undefined) }
  }

  function omit(error: unknown, key: KmsKey): undefined {
    if (key === keys[0] || !(error instanceof BrokerError) || error.code !== 'config_invalid')
      throw error
    onOmission(error)
  }
}

async function readKey(key: KmsKey, kms: KmsCalls, signal: AbortSignal): Promise<JWK> {
  const answer = await kms.getPublicKey({ KeyId: key.arn }, signal).catch((error: unknown) => {
    throw mapKmsError(error, key)
  })
  if (answer.KeyUsage !== 'SIGN_VERIFY') {
    throw new BrokerError('config_invalid', `KMS key ${key.keyId}: its usage is not SIGN_VERIFY.`)
  }
  const publicKey = parsePublicKey(answer.PublicKey)
  if (!publicKey) {
    throw new BrokerError(
      'upstream_unavailable',
      `KMS key ${key.keyId}: an answer without a public key.`,
      {
        retryAfterSeconds: 1,
      },
    )
  }
  const alg = algorithmOf(publicKey, `KMS key ${key.keyId}`)
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
