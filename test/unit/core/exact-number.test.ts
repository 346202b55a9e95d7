/** The text of a JSON number is read exactly, or not at all. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readExactNumber } from '../../../packages/core/src/model/exact-number.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const INT64_MAX = '9223372036854775807'

describe('readExactNumber', () => {
  it.each([
    ['0', 0],
    ['0.0', 0],
    ['0e5', 0],
    ['1', 1],
    ['-1', -1],
    ['100', 100],
    ['1e2', 100],
    ['1E+2', 100],
    ['1.00e2', 100],
    ['1000e-1', 100],
    ['1700000000.0', 1_700_000_000],
    ['1.5e9', 1_500_000_000],
    ['1700000000.123456', 1_700_000_000.123456],
    ['0.1', 0.1],
    ['-0.5', -0.5],
    ['0.30000000000000004', 0.30000000000000004],
    ['9007199254740991', 9_007_199_254_740_991],
    ['-9007199254740991', -9_007_199_254_740_991],
    ['9007199254740991.0', 9_007_199_254_740_991],
    ['9007199254740992', 9_007_199_254_740_992n],
    ['-9007199254740992', -9_007_199_254_740_992n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['9007199254740993.0', 9_007_199_254_740_993n],
    ['1147953659032899584', 1_147_953_659_032_899_584n],
    ['1147953659032899585', 1_147_953_659_032_899_585n],
    ['1.147953659032899585e18', 1_147_953_659_032_899_585n],
    ['1e18', 1_000_000_000_000_000_000n],
    ['0.0000001e25', 1_000_000_000_000_000_000n],
    [INT64_MAX, 9_223_372_036_854_775_807n],
    ['-9223372036854775808', -9_223_372_036_854_775_808n],
    ['1e19', 1e19],
    ['1e300', 1e300],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', Number.MIN_VALUE],
    [`1${'0'.repeat(39)}`, 1e39],
  ])('%s is %s', (text, value) => {
    expect(readExactNumber(text)).toBe(value)
  })

  it.each([
    ['4.0000000000000001'],
    ['0.10000000000000001'],
    ['0.30000000000000003'],
    ['9007199254740992.5'],
    ['9223372036854775808'],
    ['-9223372036854775809'],
    ['18446744073709551615'],
    ['18446744073709551616'],
    ['12345678901234567890123'],
    ['1e400'],
    ['-1e400'],
    ['1e999999999'],
    ['1e-400'],
    ['-1e-400'],
    ['-0'],
    ['-0.0'],
    ['-0e10'],
    // Longer than any number that a double prints.
    [`1${'0'.repeat(40)}`],
    [`0.${'0'.repeat(39)}`],
    // Not numbers of JSON: an empty text is what a runtime without source texts would pass.
    [''],
    ['0x10'],
    ['1_000'],
    ['NaN'],
    ['Infinity'],
    [' 1'],
    ['1 '],
    ['+1'],
    ['.5'],
    ['5.'],
    ['1e'],
  ])('%s is nothing', (text) => {
    expect(readExactNumber(text)).toBeUndefined()
  })

  it('reads every 64-bit integer as itself', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
        const value = readExactNumber(String(integer))
        expect(BigInt(value ?? 0)).toBe(integer)
        expect(typeof value).toBe(Number.isSafeInteger(Number(integer)) ? 'number' : 'bigint')
      }),
      PROPERTY_RUNS,
    )
  })

  it('reads every double as itself, except a negative zero', () => {
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(doubles, (double) => {
        const value = readExactNumber(JSON.stringify(double))
        expect(Number(value)).toBe(Object.is(double, -0) ? 0 : double)
      }),
      PROPERTY_RUNS,
    )
  })

  it('never reads two different numbers as one', () => {
    const digits = fc.stringMatching(/^[1-9]\d{14,20}$/)
    const fraction = fc.stringMatching(/^(\.\d{0,3}[1-9])?$/)
    const last = fc.stringMatching(/^[1-9]$/)
    fc.assert(
      fc.property(digits, fraction, last, (whole, part, extra) => {
        const text = `${whole}${part}`
        const other = part === '' ? `${whole}.${extra}` : `${text}${extra}`
        const [value, near] = [readExactNumber(text), readExactNumber(other)]
        expect(value === undefined || value !== near).toBe(true)
      }),
      PROPERTY_RUNS,
    )
  })
})
