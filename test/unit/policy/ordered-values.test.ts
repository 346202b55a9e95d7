/** Numbers, dates and addresses on one scale, and examples between the ends of an interval. */
import { describe, expect, it } from 'vitest'
import type { Comparison } from '../../../packages/core/src/policy/condition-operator.ts'
import {
  exampleIn,
  intervalOf,
  type OrderedType,
  WHOLE_SCALE,
} from '../../../packages/core/src/policy/ordered-values.ts'

/** Whether the value satisfies the comparison. */
function passes(type: OrderedType, comparison: Comparison, bound: string, value: string): boolean {
  const interval = intervalOf(type, comparison, bound)
  const point = intervalOf(type, 'equals', value)
  if (interval === undefined || point?.from === undefined) throw new Error('not on the scale')
  const { from = point.from, to = point.from + 1n } = interval
  return from <= point.from && point.from < to
}

const COMPARISONS: readonly (readonly [Comparison, boolean, boolean, boolean])[] = [
  ['equals', false, true, false],
  ['lessThan', true, false, false],
  ['lessThanEquals', true, true, false],
  ['greaterThan', false, false, true],
  ['greaterThanEquals', false, true, true],
]

describe.each<[OrderedType, string, string, string, string]>([
  ['numeric', '9', '10', '10.0', '11'],
  ['numeric', '9.99999999999999', '10', '+10', '10.0000000000001'],
  ['numeric', '-11', '-10', '-10', '-9'],
  ['numeric', '999999999999997', '999999999999998', '+999999999999998', '999999999999999'],
  ['date', '2025-12-31T23:59:59Z', '2026-01-01', '1767225600', '2026-01-01T00:00:01Z'],
  ['date', '2025-12-31', '2026-01', '2026-01-01T01:00:00+01:00', '2026-02'],
])('%s: %s, %s, %s and %s', (type, less, bound, same, more) => {
  it.each(COMPARISONS)('are compared by %s', (comparison, ofLess, ofSame, ofMore) => {
    expect(passes(type, comparison, bound, less)).toBe(ofLess)
    expect(passes(type, comparison, bound, same)).toBe(ofSame)
    expect(passes(type, comparison, bound, more)).toBe(ofMore)
  })
})

describe('an address', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0', true],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '9.255.255.255', false],
    ['10.7.7.7/8', '10.0.0.0', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::/128', false],
    ['::/0', '0.0.0.0', false],
    ['::/0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128', true],
    ['2001:db8::/32', '2001:db8:ffff::/128', true],
    ['2001:db8::/32', '2001:db9::/128', false],
    ['2001:db8::1/32', '2001:db8::/128', true],
  ])('in %s is %s: %s', (range, address, isInside) => {
    expect(passes('ip', 'equals', range, address)).toBe(isInside)
  })

  it('is somewhere on the whole scale', () => {
    for (const address of ['0.0.0.0', '255.255.255.255', '::/128', 'ffff::/16']) {
      const interval = intervalOf('ip', 'equals', address)
      const { from = 0n, to = 0n } = WHOLE_SCALE.ip
      expect(interval?.from).toBeGreaterThanOrEqual(from)
      expect(interval?.to).toBeLessThanOrEqual(to)
    }
    expect(intervalOf('ip', 'equals', 'ffff::/16')?.to).toBe(WHOLE_SCALE.ip.to)
    expect(intervalOf('ip', 'equals', '0.0.0.0')?.from).toBe(WHOLE_SCALE.ip.from)
  })
})

it('numbers and dates have no first and no last value', () => {
  const endless = { from: undefined, to: undefined }
  expect(WHOLE_SCALE).toMatchObject({ numeric: endless, date: endless })
})

describe('a value that is not read exactly', () => {
  it.each<[OrderedType, string]>([
    // Doubles do not keep numbers of more than 15 digits apart.
    ['numeric', '1000000000000000'],
    ['numeric', '0.000000000000001'],
    ['numeric', '-0.5'],
    ['numeric', '1e2'],
    ['numeric', '.5'],
    ['numeric', '5.'],
    ['numeric', 'ten'],
    ['numeric', ''],
    ['numeric', 'x1'],
    ['numeric', '1x'],
    ['numeric', 'x1.5'],
    ['numeric', '1.5x'],
    // Services compare dates by the second, or not.
    ['date', '2026-01-01T00:00:00.5Z'],
    ['date', 'today'],
    ['ip', 'localhost'],
    ['ip', '::1'],
  ])('of the kind %s has no interval: %s', (type, text) => {
    expect(intervalOf(type, 'equals', text)).toBeUndefined()
  })

  it.each<[OrderedType, string]>([
    ['numeric', '999999999999999'],
    ['numeric', '-999999999999999'],
    ['numeric', '1.00000000000001'],
    ['numeric', '0.5'],
    ['date', '2026-01-01T00:00:00.000Z'],
    ['date', '0'],
  ])('is not one of the kind %s: %s', (type, text) => {
    expect(intervalOf(type, 'equals', text)).toBeDefined()
  })
})

describe('an example', () => {
  it.each<[OrderedType, Comparison, string, string]>([
    ['numeric', 'equals', '10', '10'],
    ['numeric', 'equals', '0', '0'],
    ['numeric', 'equals', '10.25', '10.25'],
    ['numeric', 'equals', '-7', '-7'],
    ['numeric', 'equals', '0.00000000000001', '0.00000000000001'],
    ['numeric', 'lessThan', '10', '9'],
    ['numeric', 'lessThan', '0', '-1'],
    ['numeric', 'lessThanEquals', '10', '10'],
    ['numeric', 'greaterThan', '10', '11'],
    ['numeric', 'greaterThanEquals', '10', '10'],
    ['numeric', 'greaterThan', '-1', '0'],
    ['date', 'equals', '1767225600', '2026-01-01T00:00:00.000Z'],
    ['date', 'lessThan', '2026-01-01', '2025-12-31T23:59:59.000Z'],
    ['date', 'greaterThan', '2026-01-01', '2026-01-01T00:00:01.000Z'],
    ['date', 'lessThanEquals', '2026-01-01', '2026-01-01T00:00:00.000Z'],
    ['ip', 'equals', '10.1.2.3', '10.1.2.3'],
    ['ip', 'equals', '10.200.0.0/16', '10.200.0.0'],
    ['ip', 'equals', '0.0.0.0/0', '0.0.0.0'],
    ['ip', 'equals', '2001:db8::/32', '2001:0db8:0000:0000:0000:0000:0000:0000'],
    ['ip', 'equals', '::/0', '0000:0000:0000:0000:0000:0000:0000:0000'],
  ])('of the kind %s that is %s %s is %s', (type, comparison, bound, example) => {
    const interval = intervalOf(type, comparison, bound)
    if (interval === undefined) throw new Error('not on the scale')
    expect(exampleIn(type, interval)).toBe(example)
  })

  it.each<[OrderedType, string, string, string]>([
    // Only what is between the two, or one of them.
    ['numeric', '1', '2', '1.5'],
    ['numeric', '-2', '-1', '-1.5'],
    ['numeric', '0', '1', '0.5'],
    ['numeric', '-1', '0', '-0.5'],
    ['numeric', '0.00000000000001', '0.00000000000002', '0.000000000000015'],
    ['date', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '2026-01-01T00:00:00.500Z'],
    ['date', '2026-01-01T00:00:00Z', '2026-01-01T00:00:03Z', '2026-01-01T00:00:01.500Z'],
  ])('of the kind %s between %s and %s is %s', (type, low, high, example) => {
    const above = intervalOf(type, 'greaterThan', low)
    const below = intervalOf(type, 'lessThan', high)
    expect(exampleIn(type, { from: above?.from, to: below?.to })).toBe(example)
    const upTo = intervalOf(type, 'lessThanEquals', high)
    const last = intervalOf(type, 'equals', high)
    if (last === undefined) throw new Error('not on the scale')
    expect(exampleIn(type, { from: above?.from, to: upTo?.to })).toBe(exampleIn(type, last))
  })

  it('of everything is at the start of the scale', () => {
    expect(exampleIn('numeric', WHOLE_SCALE.numeric)).toBe('-1')
    expect(exampleIn('date', WHOLE_SCALE.date)).toBe('1969-12-31T23:59:59.000Z')
    expect(exampleIn('ip', WHOLE_SCALE.ip)).toBe('0.0.0.0')
    expect(exampleIn('ip', { from: undefined, to: undefined })).toBe('0.0.0.0')
  })
})
