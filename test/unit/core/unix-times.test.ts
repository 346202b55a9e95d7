/** Times of tokens, as numbers and as people read them. */
import { expect, it } from 'vitest'
import { isUnixTime, timeText } from '../../../packages/core/src/model/time-text.ts'

it.each<[unknown, boolean]>([
  [0, true],
  [1.5, true],
  [253_402_300_799, true],
  [253_402_300_800, false],
  [-1, false],
  [Number.NaN, false],
  ['7', false],
  [7n, false],
  [undefined, false],
])('%s is a number of seconds since 1970: %s', (value, expected) => {
  expect(isUnixTime(value)).toBe(expected)
})

it('is shown in UTC and whole seconds', () => {
  expect(timeText(0)).toBe('1970-01-01T00:00:00Z')
  expect(timeText(1.999)).toBe('1970-01-01T00:00:01Z')
  expect(timeText(253_402_300_799)).toBe('9999-12-31T23:59:59Z')
})
