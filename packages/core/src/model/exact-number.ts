/** Reads the text of a JSON number as the number that it says, or as nothing. */

/** The longest text of a number that is read. The longest one of a double has 24 characters. */
const MAX_CHARACTERS = 40
/** No 64-bit integer has more digits. */
const MAX_INT64_DIGITS = 19
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** The number `digits × 10^exponent`, without zeros at either end of its digits. */
interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

/**
 * The number of a JSON text. `JSON.parse` alone would round it to a double without an error, so
 * that two callers with different 64-bit ids would have one id.
 *
 * @returns a number for each integer up to 2^53 - 1, and for every other number that a double
 *   represents, which means that it prints again as the same number; a bigint for each other
 *   integer of 64 bits; undefined for the rest, such as 4.0000000000000001, 1e400 and -0
 */
export function readExactNumber(text: string): number | bigint | undefined {
  if (text.length > MAX_CHARACTERS) return undefined
  const decimal = readDecimal(text)
  if (decimal === undefined || (decimal.negative && decimal.digits === '')) return undefined
  const { negative, digits, exponent } = decimal
  if (exponent >= 0 && digits.length + exponent <= MAX_INT64_DIGITS) {
    const integer = BigInt(`${negative ? '-' : ''}${digits}${'0'.repeat(exponent)}`)
    if (BigInt.asIntN(64, integer) === integer)
      return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer
  }
  const double = Number(text)
  const printed = readDecimal(String(double))
  const same = printed !== undefined && printed.digits === digits && printed.exponent === exponent
  return same ? double : undefined
}

function readDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const written = (whole + fraction).replace(/^0+/, '')
  const digits = written.replace(/0+$/, '')
  const power = Number(exponent) - fraction.length + written.length - digits.length
  return { negative: sign === '-', digits, exponent: digits === '' ? 0 : power }
}
