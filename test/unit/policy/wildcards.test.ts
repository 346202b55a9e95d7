/** A `?` is exactly one character, wherever a caller's policy is compared with a grant. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { findUncovered } from '../../../packages/core/src/policy/containment.ts'

const statementsWith: Readonly<Record<string, (text: string) => PolicyStatement>> = {
  action: (text) => ({ Effect: 'Allow', Action: `s3:${text}`, Resource: '*' }),
  resource: (text) => ({ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${text}` }),
  condition: (text) => ({
    ...{ Effect: 'Allow', Action: 's3:*', Resource: '*' },
    Condition: { StringLike: { 's3:prefix': text } },
  }),
}

describe.each(Object.entries(statementsWith))('in a value of the kind %s', (_, statementWith) => {
  const isInside = (text: string, covering: string) =>
    findUncovered([statementWith(text)], [statementWith(covering)], {
      budget: { remaining: 100_000 },
    }) === undefined

  it.each([
    ['a?c', 'a?c'],
    ['a?c', 'a*c'],
    ['abc', 'a?c'],
    ['a??c', 'a*c'],
    ['a?*c', 'a*?c'],
  ])('%s is inside %s', (text, covering) => {
    expect(isInside(text, covering)).toBe(true)
  })

  it.each([
    ['a*c', 'a?c'],
    ['ac', 'a?c'],
    ['abbc', 'a?c'],
    ['a??c', 'a?c'],
    ['a*c', 'a?*c'],
    ['a?c', 'abc'],
  ])('%s is not inside %s', (text, covering) => {
    expect(isInside(text, covering)).toBe(false)
  })
})
