/**
 * The steps that a comparison costs. A caller's policy is refused beyond a number of them, so that
 * ordinary ones must stay far below: they are read once, where nothing in them is ambiguous, and
 * each question about one key is answered once.
 */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { findUncovered } from '../../../packages/core/src/policy/containment.ts'

type Part = Omit<PolicyStatement, 'Effect'>
type Conditions = NonNullable<PolicyStatement['Condition']>

const S3 = 'arn:aws:s3:::'
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:jobs-'
const onResource = (Resource: string | string[], Action: string | string[] = 's3:GetObject') => ({
  ...{ Action, Resource },
})
const under = (Condition: Conditions): Part => ({ ...onResource(`${S3}a`), Condition })
const many = <Item>(count: number, item: (at: number) => Item) =>
  Array.from({ length: count }, (_, at) => item(at))

function stepsOf(requested: Part, covering: readonly Part[]): number {
  const budget = { remaining: 1_000_000 }
  const allow = (part: Part): PolicyStatement => ({ Effect: 'Allow', ...part })
  findUncovered([allow(requested)], covering.map(allow), { budget })
  return 1_000_000 - budget.remaining
}

describe('the cost', () => {
  it.each<[name: string, requested: Part, covering: Part[], steps: number]>([
    ['of a folder', onResource(`${S3}acme/red/a/*`), [onResource(`${S3}acme/red/*`)], 125],
    ['of every resource', onResource('*'), [onResource(`${S3}acme/*`)], 140],
    ['of an ARN with all segments', onResource(`${QUEUE}a*`), [onResource(`${QUEUE}*`)], 185],
    ['of an action', onResource('*', 's3:GetObject'), [onResource('*', 's3:Get*')], 70],
    [
      'of a key',
      under({ 'ForAnyValue:StringEquals': { 'a:b': 'x' } }),
      [under({ 'ForAnyValue:StringEquals': { 'a:b': ['x', 'y'] } })],
      90,
    ],
    [
      'of the same statement among others',
      onResource(`${S3}acme/7/*`),
      many(20, (at) => onResource(`${S3}acme/${at}/*`)),
      0,
    ],
    [
      'of 20 statements that have nothing in common with the request',
      onResource(`${S3}acme/7/*`),
      many(20, (at) => ({ ...under({ StringEquals: { 'a:b': 'x' } }), Resource: `${S3}b/${at}` })),
      2600,
    ],
    [
      'of 12 statements that cover the request together',
      onResource(
        many(6, (at) => `${S3}acme/${at}/*`),
        ['s3:GetObject', 's3:PutObject'],
      ),
      many(12, (at) =>
        onResource(`${S3}acme/${at % 6}/*`, at < 6 ? 's3:GetObject' : 's3:PutObject'),
      ),
      24_000,
    ],
    [
      'of 12 statements with other conditions',
      onResource('*', '*'),
      many(12, (at) => ({
        ...onResource(`${S3}acme/${at}/*`),
        Condition: { StringEquals: { [`a:${at % 6}`]: 'x' } },
      })),
      4000,
    ],
  ])('%s stays small', (_, requested, covering, steps) => {
    expect(stepsOf(requested, covering)).toBeLessThanOrEqual(steps)
  })
})
