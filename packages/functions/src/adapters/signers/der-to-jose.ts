/**
 * Converts ECDSA signatures on P-256 from DER (RFC 3279 §2.2.3), as KMS returns them, to the two
 * numbers of JOSE (RFC 7518 §3.4).
 */

const SEQUENCE = 0x30
const INTEGER = 0x02
const NUMBER_BYTES = 32

/**
 * @returns 64 bytes, R and S; undefined for anything but strict DER of two positive numbers of at
 *   most 32 bytes
 */
export function derToJose(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) return undefined
  const r = readInteger(der, 2)
  const s = r && readInteger(der, r.end)
  return r && s?.end === der.length ? Buffer.concat([r.number, s.number]) : undefined
}

/** DER writes a number in as few bytes as possible, with one zero byte if the first bit is set. */
function readInteger(der: Uint8Array, at: number): { number: Uint8Array; end: number } | undefined {
  const end = at + 2 + (der[at + 1] ?? 0)
  const [first = 0, second = 0] = der.subarray(at + 2, end)
  if (der[at] !== INTEGER || end > der.length || first > 0x7f || (first === 0 && second < 0x80))
    return undefined
  const bytes = der.subarray(first === 0 ? at + 3 : at + 2, end)
  if (bytes.length > NUMBER_BYTES) return undefined
  return { number: Buffer.concat([new Uint8Array(NUMBER_BYTES - bytes.length), bytes]), end }
}
