/**
 * What is stored of a key pair: the key from which Signature Version 4 derives the key of each
 * day, `AWS4` and the secret. Nothing less verifies signatures of days to come. It is encrypted
 * with AWS KMS, or where no KMS key is configured, as in the local runtime, with a key that is
 * derived from the pool's secret.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

/** KMS records it in CloudTrail, and decrypts with no other one. */
export interface KeyPairContext {
  readonly pool: string
  readonly key: string
}

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const PURPOSE = 'token-broker pool key pair'
const ROOT_KEY = /^AWS4[a-z2-7]{40}$/

export function rootKeyOf(secretAccessKey: string): Buffer {
  return Buffer.from(`AWS4${secretAccessKey}`)
}

/** Whether decrypted bytes are such a key: a corrupt one must not verify anything. */
export function isRootKey(bytes: Uint8Array | undefined): bytes is Uint8Array {
  return bytes !== undefined && ROOT_KEY.test(Buffer.from(bytes).toString('latin1'))
}

/** @returns base64 */
export function sealWithSecret(rootKey: Buffer, secret: string, context: KeyPairContext): string {
  const { key, nonce } = deriveKey(secret, context)
  const cipher = createCipheriv(CIPHER, key, nonce)
  const sealed = Buffer.concat([cipher.update(rootKey), cipher.final(), cipher.getAuthTag()])
  return sealed.toString('base64')
}

/** @returns undefined where another secret, pool or key id sealed it, or where it was changed */
export function openWithSecret(
  sealedKey: string,
  secret: string,
  context: KeyPairContext,
): Buffer | undefined {
  const { key, nonce } = deriveKey(secret, context)
  const sealed = Buffer.from(sealedKey, 'base64')
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch {
    return undefined
  }
}

/** A key pair is sealed once, so its key is used once, and the nonce may be derived with it. */
function deriveKey(secret: string, { pool, key: keyId }: KeyPairContext) {
  const salt = JSON.stringify([pool, keyId])
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, PURPOSE, KEY_BYTES + NONCE_BYTES))
  return { key: bytes.subarray(0, KEY_BYTES), nonce: bytes.subarray(KEY_BYTES) }
}
