/** Reads the values of conditions exactly: numbers, dates, addresses, Booleans and binary data. */

/** `coefficient × 10^-scale`; exact, because ids of 64 bits are not exact as JavaScript numbers. */
export interface Decimal {
  readonly coefficient: bigint
  readonly scale: number
}

/** A longer number is not a value that people compare, and would cost time. */
const DECIMAL = /^([+-]?)(\d{1,64})(?:\.(\d{1,64}))?(?:[eE]([+-]?\d{1,3}))?$/

/** @returns undefined for what is not a decimal number */
export function parseDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? []
  if (sign === undefined) return undefined
  const coefficient = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n)
  const scale = fraction.length - Number(exponent)
  return scale >= 0
    ? { coefficient, scale }
    : { coefficient: coefficient * 10n ** BigInt(-scale), scale: 0 }
}

/** @returns negative, 0 or positive, as `a` is less than, equal to or greater than `b` */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const left = a.coefficient * 10n ** BigInt(b.scale)
  const right = b.coefficient * 10n ** BigInt(a.scale)
  return left < right ? -1 : left > right ? 1 : 0
}

const ISO_DATE =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2}))?)?$/
const EPOCH_SECONDS = /^\d{1,19}$/
const NANOSECONDS = 1_000_000_000n

/**
 * Reads the formats of W3C's profile of ISO 8601, and seconds since 1970. IAM reads digits alone as
 * seconds, so a year alone is not a date here. A time needs its zone.
 * @returns nanoseconds since 1970, or undefined
 * @see https://www.w3.org/TR/NOTE-datetime
 */
export function parseDate(text: string): bigint | undefined {
  if (EPOCH_SECONDS.test(text)) return BigInt(text) * NANOSECONDS
  const match = ISO_DATE.exec(text)
  if (match === null) return undefined
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', fraction = ''] =
    match
  const zone = match[8] ?? 'Z'
  const date = `${year}-${month}-${day}`
  const midnight = Date.parse(`${date}T00:00:00Z`)
  // `Date` accepts 30 February and makes it 2 March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return undefined
  const milliseconds = Date.parse(`${date}T${hour}:${minute}:${second}${zone}`)
  if (Number.isNaN(milliseconds)) return undefined
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** The addresses that share their first `prefix` bits with `address`. */
export interface AddressRange {
  readonly bits: 32 | 128
  readonly address: bigint
  readonly prefix: number
}

/**
 * Reads `192.0.2.0/24`, `192.0.2.1` and `2001:db8::/32`. An IPv6 address needs its prefix: IAM
 * documents /32 as the default for every address, which would be a range of 2^96.
 * @returns undefined for what is not an address or a range
 */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', prefixText, ...rest] = text.split('/')
  if (rest.length > 0 || (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)))
    return undefined
  const parsed = parseAddress(address)
  if (parsed === undefined || (parsed.bits === 128 && prefixText === undefined)) return undefined
  const prefix = Number(prefixText ?? parsed.bits)
  return prefix <= parsed.bits ? { ...parsed, prefix } : undefined
}

/** @returns undefined for what is not one IPv4 or IPv6 address */
export function parseAddress(text: string): Omit<AddressRange, 'prefix'> | undefined {
  const ipv4 = parseIpv4(text)
  if (ipv4 !== undefined) return { bits: 32, address: ipv4 }
  const address = parseIpv6(text)
  return address === undefined ? undefined : { bits: 128, address }
}

export function isInRange(address: Omit<AddressRange, 'prefix'>, range: AddressRange): boolean {
  const shift = BigInt(range.bits - range.prefix)
  return address.bits === range.bits && address.address >> shift === range.address >> shift
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.')
  // A leading zero may mean an octal number.
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part)))
    return undefined
  if (parts.some((part) => Number(part) > 255)) return undefined
  return parts.reduce((address, part) => address * 256n + BigInt(part), 0n)
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (head === undefined) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])]
  if (!groups.every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined
  return groups.reduce((address, group) => address * 65_536n + BigInt(`0x${group}`), 0n)
}

/** @returns undefined for what is neither true nor false */
export function parseBoolean(text: string): boolean | undefined {
  const lowerCase = text.toLowerCase()
  return lowerCase === 'true' ? true : lowerCase === 'false' ? false : undefined
}

/** Canonical base64: the bits of the last character that no byte has are 0 (RFC 4648 §3.5). */
const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/

/**
 * @returns the text where it is canonical base64 with padding (RFC 4648 §4), or undefined. Other
 *   texts of the same bytes are refused, so that equal bytes are equal texts.
 */
export function parseBase64(text: string): string | undefined {
  return BASE64.test(text) ? text : undefined
}
