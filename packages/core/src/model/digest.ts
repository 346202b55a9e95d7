/** SHA-256 digests in the forms the broker uses; the one place where core touches `node:crypto`. */
import { hash } from 'node:crypto'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** Lower-case hex, 64 characters. */
export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex')
}

/** Digest of several parts, each preceded by its length so that no two lists of parts look alike. Base64url, 43 characters. */
export function digestOf(...parts: readonly string[]): string {
  return hash('sha256', framed(parts), 'base64url')
}

/**
 * A digest for names that AWS compares without regard to case, in lower-case base32: `length` × 5 bits of SHA-256.
 * @param length 1 to 51 characters
 */
export function nameDigestOf(length: number, ...parts: readonly string[]): string {
  const bytes = hash('sha256', framed(parts), 'buffer')
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

function framed(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('')
}
