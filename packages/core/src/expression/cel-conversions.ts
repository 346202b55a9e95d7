/** The conversions `string`, `int` and `double` of CEL. */
import { CelError } from './cel-values.ts'

/** Longer texts of an int have leading zeros only. */
const INT = /^[+-]?[0-9]{1,40}$/
const DOUBLE = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const SPECIAL = /^([+-]?)(?:inf(?:inity)?|nan)$/i
const LEAST_INT = -(2 ** 63)

/** The shortest decimal text of the double, without an exponent from 1e-6 to 1e21. */
export function doubleToString(double: number): string {
  if (double === Number.POSITIVE_INFINITY) return '+Inf'
  if (double === Number.NEGATIVE_INFINITY) return '-Inf'
  return Object.is(double, -0) ? '-0' : String(double)
}

/**
 * Rounds towards zero.
 * @throws {CelError} beyond 64 bits. The least int counts as beyond: doubles near it are rounded
 */
export function doubleToInt(double: number): bigint {
  const whole = Math.trunc(double)
  if (whole > LEAST_INT && whole < -LEAST_INT) return BigInt(whole)
  throw new CelError('the double is beyond the range of an int')
}

/** @throws {CelError} unless the text is a decimal integer of 64 bits */
export function textToInt(text: string): bigint {
  const value = INT.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined
  if (value !== undefined && BigInt.asIntN(64, value) === value) return value
  throw new CelError('the text is not an int')
}

/** @throws {CelError} unless the text is a decimal number in the range of a double */
export function textToDouble(text: string): number {
  const special = SPECIAL.exec(text)
  if (special) {
    if (/nan/i.test(text)) return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  const value = DOUBLE.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new CelError('the text is not a double')
}
