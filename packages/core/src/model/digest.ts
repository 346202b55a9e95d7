/** SHA-256 digests in the forms that the broker uses; core imports `node:crypto` only here. */
import { hash } from 'node:crypto'
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
  const framed = parts.map((part) => `${part.length}:${requireWellFormed(part)}`).join('')
  return hash('sha256', framed, 'base64url')
}

/**
 * A digest in lower-case base32, for names that AWS compares without regard to case.
 * @param length 1 to 51 characters, of 5 bits of SHA-256 each
 */
export function nameDigestOf(length: number, ...parts: readonly string[]): string {
  const bytes = Buffer.from(digestOf(...parts), 'base64url')
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
 * Hashing encodes text as UTF-8, where every lone surrogate becomes U+FFFD: two subjects would
 * share one digest, and with it one session. What a token or a caller says was checked before.
 */
function requireWellFormed(text: string): string {
  if (text.isWellFormed()) return text
  throw new BrokerError('internal', 'Text that is not well-formed Unicode has no digest.')
}
