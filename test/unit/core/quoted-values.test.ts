/** Values in messages are quoted, escaped and cut. */
import { expect, it } from 'vitest'
import { shownSource, shownType, shownValue } from '../../../packages/core/src/model/shown-value.ts'

it.each<[unknown, string]>([
  ['app', '"app"'],
  ['', '""'],
  ['a "b"\n', '"a \\"b\\"\\n"'],
  ['é', '"é"'],
  ['a\u202eb\u2028c\u2029d\ud83d\ude00', '"a\\u202eb\\u2028c\\u2029d\ud83d\ude00"'],
  ['\u{e0001}', '"\\udb40\\udc01"'],
  ['\u00ad', '"\\u00ad"'],
  ['a'.repeat(64), `"${'a'.repeat(64)}"`],
  ['a'.repeat(65), `"${'a'.repeat(63)}…"`],
  // A character is never cut in half.
  [`${'a'.repeat(62)}\u{1f600}bc`, `"${'a'.repeat(62)}\ufffd…"`],
  [undefined, 'none'],
  [null, 'null'],
  [7, '7'],
  [9007199254740993n, '9007199254740993'],
  [true, 'true'],
  [{ secret: 'x' }, 'an object'],
  [[], 'none'],
  [['a', 7, { b: 'c' }, ['d'], null], '"a", 7, an object, a list, null'],
  [['1', '2', '3', '4', '5', '6'], '"1", "2", "3", "4", "5" and 1 more'],
])('%o is shown as %s', (value, shown) => {
  expect(shownValue(value)).toBe(shown)
})

it.each<[unknown, string]>([
  [undefined, 'none'],
  ['', 'an empty text'],
  ['secret', 'a string'],
  [['secret'], 'a list'],
  [null, 'null'],
  [{ a: 'secret' }, 'an object'],
  [7, 'a number'],
  [7n, 'a bigint'],
  [true, 'a boolean'],
])('the type of %o is shown as %s', (value, shown) => {
  expect(shownType(value)).toBe(shown)
})

it('what a document says is shown as it is written, up to 160 characters', () => {
  expect(shownSource('claims.a == "b"')).toBe('claims.a == "b"')
  expect(shownSource('x'.repeat(160))).toBe('x'.repeat(160))
  expect(shownSource('x'.repeat(161))).toBe(`${'x'.repeat(159)}…`)
})
