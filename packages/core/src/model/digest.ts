/** SHA-256 digests in the forms that the broker uses; core imports `node:crypto` only here. */
import { hash, timingSafeEqual } from 'node:crypto'
import { BrokerError } from './broker-error.ts'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
/** Of SHA-256. */
const BLOCK_BYTES = 64

/**
 * Lower-case hex, 64 characters.
 * @throws {BrokerError} `internal` for text that is not well-formed Unicode
 */
export function sha256Hex(text: string): string {
  return hash('sha256', requireWellFormed(text), 'hex')
}

/**
 * SHA-256 of text or bytes in base64url: 43 characters.
 * @throws {BrokerError} `internal` for text that is not well-formed Unicode
 */
export function sha256Base64url(input: string | Uint8Array): string {
  const bytes = typeof input === 'string' ? requireWellFormed(input) : input
  return hash('sha256', bytes, 'base64url')
}

/**
 * A keyed digest (HMAC-SHA-256, RFC 2104) of text, in base64url: 43 characters. Texts of
 * {@link keyedNameDigest} begin with a digit; another use of the same key must not.
 */
export function keyedTextDigest(key: string, text: string): string {
  return hmacSha256(key, text).toString('base64url')
}

/** Compares in a time that does not depend on the first difference. */
export function equalsSecret(found: string, expected: string): boolean {
  const [left, right] = [Buffer.from(found), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * Digest of several parts, in base64url: 43 characters. Each part is preceded by its length, so
 * that no two lists of parts become the same text.
 * @throws {BrokerError} `internal` for a part that is not well-formed Unicode
 */
export function digestOf(...parts: readonly string[]): string {
  return hash('sha256', frame(parts), 'base64url')
}

/**
 * A keyed digest (HMAC-SHA-256, RFC 2104) of several parts in lower-case base32, for names that AWS
 * compares without regard to case. Who does not have the key cannot compute it.
 * @param length 1 to 51 characters, of 5 bits each
 * @throws {BrokerError} `internal` for a part that is not well-formed Unicode
 */
export function keyedNameDigest(key: string, length: number, ...parts: readonly string[]): string {
  const bytes = hmacSha256(key, frame(parts))
  let text = ''
  let pending = 0
  let bits = 0
  for (let index = 0; text.length < length; ) {
    if (bits < 5) {
      pending = ((pending << 8) | (bytes[index++] ?? 0)) & 0xfff
      bits += 8
    }
    bits -= 5
    text += BASE32[(pending >> bits) & 31]
  }
  return text
}

/**
 * RFC 2104 §2. `createHmac` of `node:crypto` creates a native object for each call, which costs
 * three times as much as two digests and their collection later.
 */
function hmacSha256(key: string, text: string): Buffer {
  if (padded?.key !== key) padded = padKey(key)
  const inner = hash('sha256', Buffer.concat([padded.inner, Buffer.from(text)]), 'buffer')
  return hash('sha256', Buffer.concat([padded.outer, inner]), 'buffer')
}

interface PaddedKey {
  readonly key: string
  readonly inner: Uint8Array
  readonly outer: Uint8Array
}

/** Of the last key: a deployment has one, with which it names each session. */
let padded: PaddedKey | undefined

function padKey(key: string): PaddedKey {
  const bytes = Buffer.from(key)
  const block = new Uint8Array(BLOCK_BYTES)
  block.set(bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes)
  return { key, inner: block.map((byte) => byte ^ 0x36), outer: block.map((byte) => byte ^ 0x5c) }
}

function frame(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${requireWellFormed(part)}`).join('')
}

/**
 * Hashing encodes text as UTF-8, where every lone surrogate becomes U+FFFD: two subjects would
 * share one digest, and with it one session. What a token or a caller says was checked before.
 */
function requireWellFormed(text: string): string {
  if (text.isWellFormed()) return text
  throw new BrokerError('internal', 'Text that is not well-formed Unicode has no digest.')
}
