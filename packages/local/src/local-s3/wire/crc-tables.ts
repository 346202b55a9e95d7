/** The cyclic redundancy checks of S3 that Node does not have: CRC-32C and CRC-64/NVME. */

/** The polynomial of RFC 3720 §12.1 (Castagnoli), reflected. */
const CRC32C = createTable32(0x82f63b78)
/** The polynomial of the NVM Express specification, reflected, in two halves of 32 bits. */
const CRC64 = createTable64(0x9a6c9329, 0xac4bc9b5)

/** @param crc of the bytes before these; 0 at the start */
export function updateCrc32c(bytes: Uint8Array, crc: number): number {
  let value = ~crc
  for (const byte of bytes) value = (CRC32C[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)
  return ~value >>> 0
}

/** The upper and the lower 32 bits. */
export type Crc64 = readonly [high: number, low: number]

/** @param crc of the bytes before these; `[0, 0]` at the start */
export function updateCrc64(bytes: Uint8Array, crc: Crc64): Crc64 {
  let high = ~crc[0]
  let low = ~crc[1]
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ (CRC64.low[index] ?? 0)
    high = (high >>> 8) ^ (CRC64.high[index] ?? 0)
  }
  return [~high >>> 0, ~low >>> 0]
}

function createTable32(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    return value >>> 0
  })
}

function createTable64(polynomialHigh: number, polynomialLow: number) {
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) }
  for (let byte = 0; byte < 256; byte++) {
    let high = 0
    let low = byte
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (low & 1) === 1
      low = (low >>> 1) | ((high & 1) << 31)
      high >>>= 1
      if (!isOdd) continue
      low ^= polynomialLow
      high ^= polynomialHigh
    }
    table.high[byte] = high
    table.low[byte] = low
  }
  return table
}
