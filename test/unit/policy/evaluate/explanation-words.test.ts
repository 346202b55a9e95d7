/** The words for what a policy says about a request. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../../packages/core/src/model/compiled-tenant.ts'
import { explainRequest } from '../../../../packages/core/src/policy/evaluate/explain-request.ts'
import {
  changeTexts,
  contextTexts,
  decidesAlone,
  expectedBy,
  partName,
  statementName,
  verdictText,
} from '../../../../packages/core/src/policy/evaluate/explanation-words.ts'

const DATA = 'arn:aws:s3:::data/*'
const READ: PolicyStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: DATA }
const NAMED: PolicyStatement = { ...READ, Sid: 'Read' }
const KEPT: PolicyStatement = {
  ...{ Sid: 'Kept', Effect: 'Deny', Action: ['s3:DeleteObject', 's3:PutObject'], Resource: '*' },
}
const SECURE: PolicyStatement = {
  ...{ Effect: 'Allow', NotAction: ['s3:Delete*', 's3:Put*'], NotResource: 'arn:aws:s3:::x/*' },
  Condition: { StringLike: { 's3:prefix': ['red/*', 'blue/*'] } },
}

const explain = (
  statements: readonly PolicyStatement[],
  action: string,
  context: readonly (readonly [string, readonly string[]])[] = [],
) =>
  explainRequest(statements, {
    action,
    resource: `${DATA.slice(0, -1)}a`,
    context: new Map(context),
  })

describe('the verdict', () => {
  it.each([
    ['s3:GetObject', [READ], 'allowed by statement 1', true],
    ['s3:GetObject', [KEPT, NAMED], 'allowed by statement Read', true],
    ['s3:PutObject', [READ, KEPT], 'denied by statement Kept', true],
    ['s3:PutObject', [READ], 'denied: no statement allows it', false],
    ['s3:PutObject', [], 'denied: no statement allows it', false],
  ])('about %s is in words', (action, statements, text, isAlone) => {
    const explanation = explain(statements, action)
    expect(verdictText(explanation)).toBe(text)
    expect(decidesAlone(explanation)).toBe(isAlone)
  })

  it('may need several statements, or values that are not known', () => {
    const explanation = explain([READ], 's3:GetObject')
    const together = {
      ...explanation,
      verdict: { verdict: 'allowed', statement: undefined } as const,
    }
    expect(verdictText(together)).toBe('allowed, by several statements together')
    expect(decidesAlone(together)).toBe(false)
    const unknown = { ...explanation, verdict: { verdict: 'unknown', keys: [] } } as never
    expect(verdictText(unknown)).toBe('unknown: it depends on the request')
    expect(decidesAlone(unknown)).toBe(false)
  })
})

it('a statement has its Sid as its name, or its position', () => {
  expect(statementName({ statement: NAMED, index: 0, parts: [] })).toBe('statement Read')
  expect(statementName({ statement: READ, index: 1, parts: [] })).toBe('statement 2')
})

it.each([
  [READ, ['action', 's3:GetObject'], ['resource', DATA]],
  [
    { ...READ, Action: ['s3:GetObject', 's3:PutObject'] },
    ...[
      ['action', 's3:GetObject, s3:PutObject'],
      ['resource', DATA],
    ],
  ],
  [
    SECURE,
    ['action', 'anything but s3:Delete*, s3:Put*'],
    ['resource', 'anything but arn:aws:s3:::x/*'],
    ['StringLike', 'red/*, blue/*'],
  ],
] as [PolicyStatement, ...string[][]][])(
  'each part of a statement is written: %j',
  (statement, ...parts) => {
    const { nearest } = explain([statement], 's3:GetObject')
    if (nearest === undefined) throw new Error('there is no statement')
    expect(nearest.parts.map((part) => [partName(part), expectedBy(part, nearest)])).toEqual(parts)
  },
)

it('a change is written as options of the command line', () => {
  const context = new Map([
    ['s3:prefix', ['red/', 'blue/']],
    ['aws:via', []],
  ])
  expect(changeTexts({ statement: 0, context })).toEqual([
    '--context s3:prefix=red/ --context s3:prefix=blue/',
    '--absent aws:via',
  ])
  const all = { statement: 0, action: 's3:Get', resource: 'arn:x', context: new Map() }
  expect(changeTexts(all)).toEqual(['action s3:Get', 'resource arn:x'])
  expect(contextTexts(new Map())).toEqual([])
})
