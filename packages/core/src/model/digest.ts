/** SHA-256 digests in the forms that the broker uses; core imports `node:crypto` only here. */
import { createHmac, hash } from 'node:crypto'
import { BrokerError } from './broker-error.ts'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * Lower-case hex, 64 characters.
 * @throws {BrokerError} `internal` for text that is not well-formed Unicode
 */
export function sha256Hex(text: string): string {
  return hash('sha256', requireWellFormed(text), 'hex')
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
  const bytes = createHmac('sha256', key).update(frame(parts)).digest()
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
