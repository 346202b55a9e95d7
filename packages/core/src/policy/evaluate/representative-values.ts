/** For the conditions on one key: values of which one represents every other value. */
import {
  type AddressRange,
  type Decimal,
  parseAddressRange,
  parseDate,
  parseDecimal,
} from '../condition-value.ts'
import type { RequestContextKeys } from './aws-request.ts'
import { distinguishTexts, type TextMatcher } from './distinguish-texts.ts'
import { resolveText } from './resolve-text.ts'
import type { Condition } from './satisfies-condition.ts'

export interface RepresentativeValues {
  readonly values: readonly string[]
  readonly isComplete: boolean
}

/** A value that is no number, no date and no address, and that policies do not name. */
const OTHER = '~'

export function valuesFor(
  conditions: readonly Condition[],
  context: RequestContextKeys,
): RepresentativeValues {
  const ofType = (...types: readonly string[]) =>
    conditions.filter(({ operator }) => types.includes(operator.type))
  const textConditions = ofType('string', 'arn', 'bool', 'binary')
  const texts = distinguishTexts(textConditions.flatMap((one) => matchersOf(one, context)))
  const groups = [
    ofType('bool').length > 0 ? ['true', 'false'] : [],
    textConditions.length > 0 ? texts.words : [],
    ofType('numeric').flatMap(({ values }) => values.flatMap(numbersAround)),
    ofType('date').flatMap(({ values }) => values.flatMap(datesAround)),
    ofType('ip').flatMap(({ values }) => values.flatMap(addressesAround)),
  ]
  return {
    values: [...new Set([...groups.flat(), OTHER])],
    isComplete:
      texts.isComplete &&
      groups.slice(1).filter((group) => group.length > 0).length <= 1 &&
      ofType('date').every(({ values }) => values.every(isWholeMillisecond)),
  }
}

function matchersOf({ operator, values }: Condition, context: RequestContextKeys): TextMatcher[] {
  return values.map((text) => {
    const { pattern, isNull } = resolveText(text, context, operator.comparison === 'like')
    return {
      pattern: isNull ? undefined : pattern,
      ignoresCase: operator.comparison === 'equalsIgnoreCase' || operator.type === 'bool',
      isArn: operator.type === 'arn',
    }
  })
}

/** The number itself, and the nearest below and above with one more digit. */
function numbersAround(text: string): string[] {
  const number = parseDecimal(text)
  if (number === undefined) return []
  const coefficient = number.coefficient * 10n
  return [-1n, 0n, 1n].map((step) =>
    formatDecimal({ coefficient: coefficient + step, scale: number.scale + 1 }),
  )
}

function formatDecimal({ coefficient, scale }: Decimal): string {
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString().padStart(scale + 1, '0')
  const [whole, fraction] = [digits.slice(0, -scale), digits.slice(-scale).replace(/0+$/, '')]
  return `${coefficient < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

const MILLISECOND = 1_000_000n

function datesAround(text: string): string[] {
  const date = parseDate(text)
  if (date === undefined) return []
  return [-MILLISECOND, 0n, MILLISECOND].map((step) => formatDate(date + step))
}

/** Between two dates that are closer, there are others that those around them do not represent. */
function isWholeMillisecond(text: string): boolean {
  return (parseDate(text) ?? 0n) % MILLISECOND === 0n
}

const SECOND = 1_000_000_000n
const LAST_OF_YEAR_9999 = 253_402_300_799n

function formatDate(nanoseconds: bigint): string {
  // The remainder of a negative number is negative, but a date has a fraction from 0.
  const fraction = ((nanoseconds % SECOND) + SECOND) % SECOND
  const seconds = (nanoseconds - fraction) / SECOND
  if (seconds > LAST_OF_YEAR_9999) return String(seconds)
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return fraction === 0n
    ? `${whole}Z`
    : `${whole}.${String(fraction).padStart(9, '0').replace(/0+$/, '')}Z`
}

/** The first and last address of the range, and those before and after it. */
function addressesAround(text: string): string[] {
  const range = parseAddressRange(text)
  if (range === undefined) return []
  const size = 1n << BigInt(range.bits - range.prefix)
  const first = (range.address / size) * size
  const limit = 1n << BigInt(range.bits)
  return [first - 1n, first, first + size - 1n, first + size]
    .filter((address) => address >= 0n && address < limit)
    .map((address) => formatAddress(address, range.bits))
}

function formatAddress(address: bigint, bits: AddressRange['bits']): string {
  const [count, width, radix, separator] =
    bits === 32 ? ([4, 8n, 10, '.'] as const) : ([8, 16n, 16, ':'] as const)
  return Array.from({ length: count }, (_, index) =>
    ((address >> (width * BigInt(count - 1 - index))) & ((1n << width) - 1n)).toString(radix),
  ).join(separator)
}
