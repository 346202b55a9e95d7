/** Values of conditions are read exactly, or not at all. */
import { describe, expect, it } from 'vitest'
import {
  compareDecimals,
  isInRange,
  parseAddress,
  parseAddressRange,
  parseBase64,
  parseBoolean,
  parseDate,
  parseDecimal,
} from '../../../packages/core/src/policy/condition-value.ts'

describe('a number', () => {
  it.each([
    ['0', 0n, 0],
    ['10', 10n, 0],
    ['+10', 10n, 0],
    ['-10', -10n, 0],
    ['007', 7n, 0],
    ['1.50', 150n, 2],
    ['-0.5', -5n, 1],
    ['1.5e1', 15n, 0],
    ['1.5E+3', 1500n, 0],
    ['15e-1', 15n, 1],
    ['1.5e-2', 15n, 3],
    ['1e0', 1n, 0],
    ['1e999', 10n ** 999n, 0],
    ['12345678901234567890', 12_345_678_901_234_567_890n, 0],
    ['9'.repeat(64), 10n ** 64n - 1n, 0],
    [`0.${'9'.repeat(64)}`, 10n ** 64n - 1n, 64],
  ])('%s is read', (text, coefficient, scale) => {
    expect(parseDecimal(text)).toEqual({ coefficient, scale })
  })

  it.each([
    ...['', '-', '+', '.', '.5', '5.', '1,5', '1 ', ' 1', '1e', '1e1.5', '0x10', '1_0', 'ten'],
    ...['NaN', 'Infinity', '--1', '1e1000', '1e+1000', '1\n', '9'.repeat(65), '1.1.1'],
    `0.${'9'.repeat(65)}`,
  ])('%j is none', (text) => {
    expect(parseDecimal(text)).toBeUndefined()
  })

  it.each([
    ['1', '2', -1],
    ['2', '1', 1],
    ['1', '1.0', 0],
    ['1.5', '1.50', 0],
    ['1.5', '1.51', -1],
    ['1.51', '1.5', 1],
    ['-1', '1', -1],
    ['1e2', '100', 0],
    ['12345678901234567890', '12345678901234567891', -1],
  ])('%s compared with %s is %i', (left, right, order) => {
    const [a, b] = [parseDecimal(left), parseDecimal(right)]
    if (a === undefined || b === undefined) throw new Error('not a number')
    expect(compareDecimals(a, b)).toBe(order)
  })
})

describe('a date', () => {
  it.each([
    ['0', '1970-01-01T00:00:00Z'],
    ['1767225600', '2026-01-01T00:00:00Z'],
    ['2026', '1970-01-01T00:33:46Z'],
    ['2026-02', '2026-02-01T00:00:00Z'],
    ['2026-02-03', '2026-02-03T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2026-02-03T04:05Z', '2026-02-03T04:05:00Z'],
    ['2026-02-03T04:05:06Z', '2026-02-03T04:05:06Z'],
    ['2026-02-03T04:05:06+01:30', '2026-02-03T02:35:06Z'],
    ['2026-02-03T04:05-08:00', '2026-02-03T12:05:00Z'],
  ])('%s is %s', (text, time) => {
    expect(parseDate(text)).toBe(BigInt(Date.parse(time)) * 1_000_000n)
  })

  it('without a time is in UTC, whatever the time zone of the machine is', () => {
    const { TZ } = process.env
    try {
      process.env.TZ = 'America/New_York'
      expect(parseDate('2026-02-03')).toBe(BigInt(Date.UTC(2026, 1, 3)) * 1_000_000n)
      expect(parseDate('2026-02')).toBe(BigInt(Date.UTC(2026, 1, 1)) * 1_000_000n)
    } finally {
      if (TZ === undefined) delete process.env.TZ
      else process.env.TZ = TZ
    }
  })

  it.each([
    ['2026-02-03T04:05:06.5Z', 500_000_000n],
    ['2026-02-03T04:05:06.500Z', 500_000_000n],
    ['2026-02-03T04:05:06.000000001Z', 1n],
    ['2026-02-03T04:05:06.123456789Z', 123_456_789n],
  ])('%s has %i ns after the second', (text, nanoseconds) => {
    expect(parseDate(text)).toBe(
      BigInt(Date.parse('2026-02-03T04:05:06Z')) * 1_000_000n + nanoseconds,
    )
  })

  it.each([
    ...['', 'today', '-5', '1.5', '20260131T120000Z', '2026-1-31', '26-01-31', '2026/01/31'],
    ...['2026-13', '2026-00', '2026-02-29', '2026-02-30', '2026-04-31T00:00:00Z', '2026-01-00'],
    ...['2026-01-31T12Z', '2026-01-31T12:00', '2026-01-31T12:00:00', '2026-01-31 12:00:00Z'],
    ...['2026-01-31T25:00Z', '2026-01-31T12:60Z', '2026-01-31T12:00:60Z', '2026-01-31T12:00:00z'],
    ...['2026-01-31T12:00:00.Z', '2026-01-31T12:00:00.1234567890Z', '2026-01-31T12:00:00+0100'],
    ...['2026-01-31T12:00:00+1:00', '2026-01-31Z', 'x2026-01-31', '2026-01-31x', '2026-01-31\n'],
    ...['x1', '1x', '12345678901234567890', '2026-02-03T04:05:06.5', '2026-01T12:00Z'],
  ])('%j is none', (text) => {
    expect(parseDate(text)).toBeUndefined()
  })
})

describe('an address', () => {
  it.each([
    ['0.0.0.0', 32, 0n],
    ['192.0.2.1', 32, 0xc0000201n],
    ['255.255.255.255', 32, 2n ** 32n - 1n],
    ['::', 128, 0n],
    ['::1', 128, 1n],
    ['1::', 128, 1n << 112n],
    ['2001:db8::1', 128, (0x20010db8n << 96n) + 1n],
    ['2001:DB8:0:0:0:0:0:1', 128, (0x20010db8n << 96n) + 1n],
    ['1:2:3:4:5:6:7:8', 128, 0x0001_0002_0003_0004_0005_0006_0007_0008n],
    ['1:2:3:4:5:6:7::', 128, 0x0001_0002_0003_0004_0005_0006_0007_0000n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 128, 2n ** 128n - 1n],
  ])('%s is read', (text, bits, address) => {
    expect(parseAddress(text)).toEqual({ bits, address })
  })

  it.each([
    ...['', '1', '10.0.0', '10.0.0.0.0', '256.0.0.0', '10.0.0.256', '10.0.0.1000', '01.0.0.0'],
    ...['10.0.0.00', '10.0.0.x', '10..0.0', '-1.0.0.0', '10.0.0.0x', 'x10.0.0.0', '*'],
    ...[':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::'],
    ...['12345::', 'g::', '1::g', '::1x', 'x::1', '::ffff:192.0.2.1', '1:2:3:4::5:6:7:8', ':1:2'],
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  it.each([
    ['192.0.2.0/24', 32, 24],
    ['192.0.2.0/0', 32, 0],
    ['192.0.2.0/32', 32, 32],
    ['192.0.2.1', 32, 32],
    ['2001:db8::/32', 128, 32],
    ['::/0', 128, 0],
    ['::/128', 128, 128],
  ])('%s is a range of %i bits with the prefix %i', (text, bits, prefix) => {
    expect(parseAddressRange(text)).toMatchObject({ bits, prefix })
  })

  it.each([
    ...[
      '2001:db8::',
      '192.0.2.0/',
      '192.0.2.0/33',
      '192.0.2.0/x',
      '192.0.2.0/1x',
      '/8',
      '192.0.2/8',
    ],
    ...['192.0.2.0/8/8', '::/129', '::/0008', '192.0.2.0/-1', '192.0.2.0/x8', '192.0.2.0/8/'],
  ])('%j is no range', (text) => {
    expect(parseAddressRange(text)).toBeUndefined()
  })

  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.2', '10.1.2.3', false],
    ['0.0.0.0', '255.0.0.0/0', true],
    ['2001:db8:1::', '2001:db8::/32', true],
    ['2001:db9::', '2001:db8::/32', false],
    // An address of another kind, although its number is in the range.
    ['::1', '0.0.0.0/8', false],
    ['0.0.0.1', '::/64', false],
  ])('%s is in %s: %s', (text, range, isInside) => {
    const [one, many] = [parseAddress(text), parseAddressRange(range)]
    if (one === undefined || many === undefined) throw new Error('not an address')
    expect(isInRange(one, many)).toBe(isInside)
  })
})

it.each([
  ['true', true],
  ['True', true],
  ['FALSE', false],
  ['false', false],
  ['', undefined],
  ['yes', undefined],
  ['1', undefined],
  ['true ', undefined],
])('the Boolean %j is read as %s', (text, value) => {
  expect(parseBoolean(text)).toBe(value)
})

describe('binary data', () => {
  it.each(['', 'AA==', 'AAA=', 'AAAA', 'ab+/', 'QmluYXJ5', 'AAAAAA=='])('may be %j', (text) => {
    expect(parseBase64(text)).toBe(text)
  })

  it.each([
    ...['A', 'AA', 'AAA', 'A===', 'AA=', 'AAAA=', '====', 'a_b-', 'AA==AA==', 'AA== ', 'x=AA=='],
    ...['?AAAA', 'AAAA\n', 'AA==x', ' AAAA', 'AAAAA', '?'],
  ])('is not %j', (text) => {
    expect(parseBase64(text)).toBeUndefined()
  })
})
