/** The trace shows every value that a check can find, and nothing longer than a line. */
import { expect, it } from 'vitest'
import { createTrace, recordCheck, showTrace } from '../../../packages/core/src/model/trace.ts'

it.each([
  ['text', 'text'],
  [1147953659032899585n, '1147953659032899585'],
  [{ 'claims.ids': [1n, '1', 1] }, '{"claims.ids":[1,"1",1]}'],
  [{ 'claims.org': { id: 9007199254740993n } }, '{"claims.org":{"id":9007199254740993}}'],
  [null, 'null'],
  [() => 9007199254740993n, '9007199254740993'],
  ['a'.repeat(160), 'a'.repeat(160)],
  ['a'.repeat(161), `${'a'.repeat(159)}…`],
])('%o is shown as %s', (found, shown) => {
  const trace = createTrace()
  recordCheck(trace, 'match', 'rule "r"', false, found, found)
  expect(showTrace(trace)[0]?.found).toBe(shown)
})

it('leaves out what was not recorded', () => {
  const trace = createTrace()
  recordCheck(trace, 'verify', 'token is well formed', true)
  expect(showTrace(trace)).toEqual([
    { stage: 'verify', check: 'token is well formed', passed: true },
  ])
})
