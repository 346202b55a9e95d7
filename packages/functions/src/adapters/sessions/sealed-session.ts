/**
 * Encrypts what is stored of a session with a key that is derived from its session token. The token
 * itself is not stored, so what is stored can be neither read nor found without it.
 */
import { createCipheriv, createDecipheriv, hash, hkdfSync } from 'node:crypto'
import { isObject, parseStrictObject } from '@token-broker/core/strict-json'
import type { SigningKeys } from './signing-keys.ts'

export interface StoredSession {
  readonly arn: string
  readonly userId: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresMs: number
  readonly keys: SigningKeys
}

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const PURPOSE = 'token-broker GetCallerIdentity'

/** The name of the item: another session token has another one, even with the same key id. */
export function nameOfSession(accessKeyId: string, sessionToken: string): string {
  return hash('sha256', JSON.stringify([PURPOSE, accessKeyId, sessionToken]), 'base64url')
}

export function sealSession(session: StoredSession, sessionToken: string): Buffer {
  const { key, nonce } = deriveKey(sessionToken)
  const cipher = createCipheriv(CIPHER, key, nonce)
  const text = cipher.update(JSON.stringify(session), 'utf8')
  return Buffer.concat([text, cipher.final(), cipher.getAuthTag()])
}

/** @returns undefined where it was sealed for another session, or changed */
export function openSession(sealed: Uint8Array, sessionToken: string): StoredSession | undefined {
  const { key, nonce } = deriveKey(sessionToken)
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    const text = [decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]
    return readStored(parseStrictObject(Buffer.concat(text).toString()))
  } catch {
    return undefined
  }
}

/** A session is sealed once, so the key is used once, and the nonce may be derived with it. */
function deriveKey(sessionToken: string): { key: Buffer; nonce: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha256', sessionToken, '', PURPOSE, KEY_BYTES + NONCE_BYTES))
  return { key: bytes.subarray(0, KEY_BYTES), nonce: bytes.subarray(KEY_BYTES) }
}

function readStored(stored: Readonly<Record<string, unknown>>): StoredSession | undefined {
  const { arn, userId, expiresMs, keys } = stored
  if (typeof arn !== 'string' || typeof expiresMs !== 'number' || !isObject(keys)) return undefined
  if (userId !== undefined && typeof userId !== 'string') return undefined
  const entries = Object.entries(keys).map(([scope, key]) => [scope, String(key)])
  return { arn, userId, expiresMs, keys: Object.fromEntries(entries) }
}
