/** SHA-256 digests in the forms that the broker uses; core imports `node:crypto` only here. */
import { hash } from 'node:crypto'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** Lower-case hex, 64 characters. */
export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex')
}

/**
 * Digest of several parts, in base64url: 43 characters. Each part is preceded by its length, so
 * that no two lists of parts become the same text.
 */
export function digestOf(...parts: readonly string[]): string {
  const framed = parts.map((part) => `${part.length}:${part}`).join('')
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
