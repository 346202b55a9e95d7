/** The page about metrics lists each metric of the code, and both pages say how many there are. */
import { REFUSAL_CODES } from '@token-broker/core'
import { expect, it } from 'vitest'
import { METRIC_NAMES } from '../fixtures/metric-names.ts'
import { readPage } from './markdown.ts'

const METRICS = readPage('packages/functions/docs/metrics.md')
const COSTS = readPage('packages/functions/docs/cost-and-quotas.md').replaceAll('\n', ' ')
const BILLED = METRIC_NAMES.length + REFUSAL_CODES.length
/** US dollars per metric and month. */
const PRICE = 0.3

it('lists each metric that the code writes, and no other', () => {
  const listed = [...METRICS.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, names]) =>
    String(names).replaceAll('`', '').split(', '),
  )
  expect(listed.sort()).toEqual([...METRIC_NAMES].sort())
})

it('says how many metrics CloudWatch bills at most', () => {
  const [names, codes] = [METRIC_NAMES.length, REFUSAL_CODES.length]
  expect(METRICS.replaceAll('\n', ' ')).toContain(
    `at most ${names} names and ${codes} codes, ${BILLED} in all.`,
  )
  expect(COSTS).toContain(`at most ${BILLED} metrics × 0.30 = ${(BILLED * PRICE).toFixed(2)} [8]`)
})
