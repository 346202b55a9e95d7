/** The trace shows every value that a check can find, and nothing longer than a line. */
import { expect, it } from 'vitest'
import {
  createTrace,
  lastCheck,
  recordCheck,
  showTrace,
} from '../../../packages/core/src/model/trace.ts'

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
  // Strictly: a member with the value undefined is one too many.
  expect(showTrace(trace)).toStrictEqual([
    { stage: 'verify', check: 'token is well formed', passed: true },
  ])
})

it('shows what was expected', () => {
  const trace = createTrace()
  recordCheck(trace, 'verify', 'aud', true, ['app'])
  expect(showTrace(trace)).toStrictEqual([
    { stage: 'verify', check: 'aud', passed: true, expected: '["app"]' },
  ])
})

it('shows checks that are computed when they are read, in their place', () => {
  const trace = createTrace()
  const rule = (name: string) => ({ stage: 'match', check: name, passed: false }) as const
  recordCheck(trace, 'verify', 'first', true)
  trace.checks.push(() => [rule('second'), rule('third')])
  recordCheck(trace, 'match', 'fourth', true)
  expect(showTrace(trace).map(({ check }) => check)).toEqual([
    ...['first', 'second', 'third', 'fourth'],
  ])
})

it('finds the check that was made last', () => {
  const trace = createTrace()
  expect(lastCheck(trace)).toBeUndefined()
  recordCheck(trace, 'verify', 'first', true)
  recordCheck(trace, 'verify', 'second', true)
  recordCheck(trace, 'verify', 'third', true)
  expect(lastCheck(trace)?.check).toBe('third')
  const rule = (check: string) => ({ stage: 'match', check, passed: false }) as const
  trace.checks.push(() => [rule('fourth'), rule('fifth'), rule('sixth')])
  expect(lastCheck(trace)?.check).toBe('sixth')
})
