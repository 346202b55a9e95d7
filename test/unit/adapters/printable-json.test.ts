/** JSON lines that a terminal shows as they are, and that parse to the same value. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printableJson } from '../../../packages/functions/src/adapters/audit/printable-json.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

it.each([
  ['a control character of C0', '\u001b[31m', '\\u001b[31m'],
  ['DEL and C1', '\u007f\u0085\u009b', '\\u007f\\u0085\\u009b'],
  ['bidirectional overrides and isolates', '\u202e\u2066\u2069', '\\u202e\\u2066\\u2069'],
  ['zero-width characters and a byte order mark', '\u200b\u200d\ufeff', '\\u200b\\u200d\\ufeff'],
  ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
  ['fillers and variation selectors', '\u3164\ufe0f', '\\u3164\\ufe0f'],
  ['tag characters, as two units', '\u{e0041}', '\\udb40\\udc41'],
])('escapes %s', (_what, text, escaped) => {
  const json = printableJson({ text: `a${text}b` })
  expect(json).toBe(`{"text":"a${escaped}b"}`)
  expect(JSON.parse(json)).toEqual({ text: `a${text}b` })
})

it('leaves visible characters of every script', () => {
  const value = { text: 'Jürgen Groß, 山田, мир, "\\' }
  expect(printableJson(value)).toBe(JSON.stringify(value))
})

it('parses to the same value, and contains nothing invisible', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (value) => {
      const json = printableJson(value)
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u)
    }),
    PROPERTY_RUNS,
  )
})
