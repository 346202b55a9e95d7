/** SHA-256 digests in the forms the broker uses; the one place where core touches `node:crypto`. */
import { createHash } from 'node:crypto'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** Lower-case hex, 64 characters. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Digest of several parts, each preceded by its length so that no two lists of parts look alike. Base64url, 43 characters. */
export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(framed(parts)).digest('base64url')
}

/**
 * A digest for names that AWS compares without regard to case, in lower-case base32: `length` × 5 bits of SHA-256.
 * @param length 1 to 51 characters
 */
export function nameDigestOf(length: number, ...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(framed(parts)).digest()
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let index = 0; index < length; index++) text += BASE32[Number((bits >> BigInt(251 - 5 * index)) & 31n)]
  return text
}

function framed(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('')
}
