/** The requests with which a policy is tried where keys are not known. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../../packages/core/src/model/compiled-tenant.ts'
import { completionsOf } from '../../../../packages/core/src/policy/evaluate/completions.ts'

type Conditions = NonNullable<PolicyStatement['Condition']>

function complete(
  condition: Conditions,
  keys: readonly string[],
  context: Readonly<Record<string, readonly string[]>> = {},
) {
  const statement: PolicyStatement = {
    ...{ Effect: 'Allow', Action: '*', Resource: '*', Condition: condition },
  }
  const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::a/b' }
  const { completions, isComplete } = completionsOf([statement], keys, {
    ...{ ...request, context: new Map(Object.entries(context)) },
  })
  return { contexts: [...completions].map((values) => Object.fromEntries(values)), isComplete }
}

/** Without the first, which is repeated: it satisfies the statement, if any does. */
const listsOf = (condition: Conditions) =>
  complete(condition, ['a:k'])
    .contexts.slice(1)
    .map((context) => context['a:k'])

describe('the completions', () => {
  it('are all combinations of the values of the keys, each once', () => {
    const { contexts, isComplete } = complete(
      { StringEquals: { 'A:K': 'p' }, NumericEquals: { 'a:n': 1 }, Bool: { 'a:known': 'true' } },
      ['a:k', 'a:n'],
      { 'a:known': ['true'] },
    )
    const texts = [['x'], ['p'], [''], ['~'], []]
    const numbers = [['0.9'], ['1'], ['1.1'], ['~'], []]
    const expected = numbers.flatMap((n) => texts.map((k) => ({ 'a:k': k, 'a:n': n })))
    expect(isComplete).toBe(true)
    expect(contexts).toHaveLength(expected.length + 1)
    expect(contexts.slice(1)).toEqual(expect.arrayContaining(expected))
    expect(contexts[0]).toEqual({ 'a:k': ['p'], 'a:n': ['1'] })
  })

  it('of no keys are one request', () => {
    expect(complete({}, [])).toEqual({ contexts: [{}, {}], isComplete: true })
  })

  it('begin with what satisfies all conditions of a statement', () => {
    const conditions = { StringLike: { 'a:k': 'p*' }, StringNotEquals: { 'a:k': ['p', 'px'] } }
    const [first] = complete(conditions, ['a:k']).contexts
    expect(first?.['a:k']?.[0]).toMatch(/^p(?!x?$)/)
  })

  it('have several values only where several conditions have quantifiers', () => {
    const any = 'ForAnyValue:NumericEquals'
    const all = 'ForAllValues:NumericNotEquals'
    const values = ['0.9', '1', '1.1', '~']
    const one = values.map((value) => [value])
    expect(listsOf({ NumericEquals: { 'a:k': 1 } })).toEqual([...one, []])
    expect(listsOf({ [any]: { 'a:k': 1 } })).toEqual([...one, []])
    const two = values.flatMap((a, at) => values.slice(at + 1).map((b) => [a, b]))
    expect(listsOf({ [any]: { 'a:k': 1 }, [all]: { 'a:k': 1 } })).toEqual([...one, ...two, []])
    const three = values.map((_, at) => values.toSpliced(at, 1)).toReversed()
    expect(
      listsOf({ [any]: { 'a:k': 1 }, [all]: { 'a:k': 1 }, [`${any}IfExists`]: { 'a:k': 1 } }),
    ).toEqual([...one, ...two, ...three, []])
  })

  it('contain values of variables, of which only some are tried', () => {
    const condition = {
      StringLike: { 's3:prefix': 'home/${a:K}/*' },
      StringEquals: { 'a:other': 'z' },
    }
    const { contexts, isComplete } = complete(condition, ['a:k', 'a:other'], {
      's3:prefix': ['home/red/x'],
    })
    expect(new Set(contexts.map((context) => context['a:k']?.[0]))).toEqual(
      new Set(['red', '~', undefined]),
    )
    expect(isComplete).toBe(false)
  })
})

describe('not all are tried', () => {
  it('where one of the keys has values of two types', () => {
    const condition = { StringLike: { 'a:k': '1*', 'a:other': 'z' }, NumericEquals: { 'a:k': 1 } }
    expect(complete(condition, ['a:k', 'a:other']).isComplete).toBe(false)
    expect(complete(condition, ['a:other']).isComplete).toBe(true)
  })

  it('where there are more than 4,000 combinations', () => {
    const keys = ['a:k', 'a:l', 'a:m', 'a:n', 'a:o', 'a:p']
    const conditions = (count: number) => ({
      StringEquals: Object.fromEntries(keys.slice(0, count).map((key) => [key, 'p'])),
    })
    // Five lists for each key.
    const five = complete(conditions(5), keys.slice(0, 5))
    expect([five.contexts.length, five.isComplete]).toEqual([3126, true])
    const six = complete(conditions(6), keys)
    expect([six.contexts.length, six.isComplete]).toEqual([4001, false])
  })

  it('where one key has more than 2,000 combinations of values', () => {
    const numbers = Array.from({ length: 40 }, (_, at) => at * 10)
    const condition = (count: number) => ({
      'ForAnyValue:NumericEquals': { 'a:k': numbers.slice(0, count) },
      'ForAllValues:NumericNotEquals': { 'a:k': 5 },
    })
    const some = complete(condition(10), ['a:k'])
    expect([some.contexts.length, some.isComplete]).toEqual([1 + 34 + (34 * 33) / 2 + 1, true])
    const many = complete(condition(40), ['a:k'])
    expect(many.isComplete).toBe(false)
    expect(many.contexts.length).toBeLessThan(2010)
    expect(many.contexts).toContainEqual({ 'a:k': [] })
  })
})
