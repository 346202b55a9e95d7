/**
 * Values of numeric, date and address conditions on one scale of whole numbers, so that their
 * comparisons are intervals.
 */
import type { Comparison, OperatorType } from './condition-operator.ts'
import { parseAddressRange, parseDate, parseDecimal } from './condition-value.ts'

/** `from <= value < to`; undefined: without an end. */
export interface Interval {
  readonly from: bigint | undefined
  readonly to: bigint | undefined
}

/** Types whose values have an order. */
export type OrderedType = Extract<OperatorType, 'numeric' | 'date' | 'ip'>

/** IAM compares numbers as doubles, which keep all numbers of 15 digits apart. */
const SHORT_NUMBER = /^[+-]?\d{1,15}$|^(?=.{3,16}$)\d+\.\d+$/
const DECIMAL_PLACES = 15n
/** IPv6 addresses follow the IPv4 addresses on the scale. */
const FIRST_IPV6 = 2n ** 32n
const END_OF_ADDRESSES = FIRST_IPV6 + 2n ** 128n

/** The interval of all values, where the scale ends. */
export const WHOLE_SCALE: Readonly<Record<OrderedType, Interval>> = {
  numeric: { from: undefined, to: undefined },
  date: { from: undefined, to: undefined },
  ip: { from: 0n, to: END_OF_ADDRESSES },
}

/** @returns undefined for a value that is not read exactly, and so equals only the same text */
export function intervalOf(
  type: OrderedType,
  comparison: Comparison,
  text: string,
): Interval | undefined {
  if (type === 'ip') return addressInterval(text)
  const value = type === 'numeric' ? readNumber(text) : readSeconds(text)
  if (value === undefined) return undefined
  // A value and the gap after it are two whole numbers, so that `<` and `<=` differ.
  const [at, after] = [value * 2n, value * 2n + 1n]
  switch (comparison) {
    case 'lessThan':
      return { from: undefined, to: at }
    case 'lessThanEquals':
      return { from: undefined, to: after }
    case 'greaterThan':
      return { from: after, to: undefined }
    case 'greaterThanEquals':
      return { from: at, to: undefined }
    default:
      return { from: at, to: after }
  }
}

/** A value inside the interval, as text. */
export function exampleIn(type: OrderedType, { from, to }: Interval): string {
  if (type === 'ip') return showAddress(from ?? 0n)
  const one = type === 'numeric' ? 2n * 10n ** DECIMAL_PLACES : 2n
  const low = from ?? (to ?? 0n) - one
  const high = to ?? low + one
  // A value at one of the ends is inside, or else all between the two ends.
  if (low % 2n === 0n) return show(type, low * 2n)
  if (high % 2n !== 0n) return show(type, (high - 1n) * 2n)
  return show(type, low - 1n + high)
}

/** @param quadrupled four times the value on its scale, so that the middle of a gap is whole */
function show(type: OrderedType, quadrupled: bigint): string {
  if (type === 'date') return new Date(Number(quadrupled) * 250).toISOString()
  const sign = quadrupled < 0n ? '-' : ''
  const places = Number(DECIMAL_PLACES) + 2
  const digits = String((quadrupled < 0n ? -quadrupled : quadrupled) * 25n)
  const padded = digits.padStart(places + 1, '0')
  const fraction = padded.slice(-places).replace(/0+$/, '')
  return `${sign}${padded.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`
}

function readNumber(text: string): bigint | undefined {
  const decimal = SHORT_NUMBER.test(text) ? parseDecimal(text) : undefined
  if (decimal === undefined) return undefined
  return decimal.coefficient * 10n ** (DECIMAL_PLACES - BigInt(decimal.scale))
}

function readSeconds(text: string): bigint | undefined {
  const nanoseconds = parseDate(text)
  if (nanoseconds === undefined || nanoseconds % 1_000_000_000n !== 0n) return undefined
  return nanoseconds / 1_000_000_000n
}

function addressInterval(text: string): Interval | undefined {
  const range = parseAddressRange(text)
  if (range === undefined) return undefined
  const size = 1n << BigInt(range.bits - range.prefix)
  const first = (range.address / size) * size + (range.bits === 128 ? FIRST_IPV6 : 0n)
  return { from: first, to: first + size }
}

function showAddress(address: bigint): string {
  if (address < FIRST_IPV6)
    return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.')
  const digits = (address - FIRST_IPV6).toString(16).padStart(32, '0')
  return (digits.match(/.{4}/g) ?? []).join(':')
}
