/** The texts of a statement that may contain slots: each of them is changed, and nothing else. */
import { expect, it } from 'vitest'
import { mapTemplates } from '../../../packages/core/src/policy/template.ts'

it('changes resources and condition values, and passes the operator of a condition', () => {
  const changed = mapTemplates(
    {
      Sid: 'Sid',
      Effect: 'Deny',
      Action: 'a:B',
      NotAction: ['a:C'],
      Resource: ['r', 's'],
      NotResource: 'n',
      Condition: {
        StringLike: { key: 'one', list: ['two', 3, true] },
        Bool: { key: false },
        NumericEquals: { key: 7 },
      },
    },
    (text, operator) => `${operator}<${text}>`,
  )
  expect(changed).toEqual({
    Sid: 'Sid',
    Effect: 'Deny',
    Action: 'a:B',
    NotAction: ['a:C'],
    Resource: ['undefined<r>', 'undefined<s>'],
    NotResource: 'undefined<n>',
    Condition: {
      StringLike: { key: 'StringLike<one>', list: ['StringLike<two>', 3, true] },
      Bool: { key: false },
      NumericEquals: { key: 7 },
    },
  })
})

it('adds no field that the statement does not have', () => {
  const statement = { Effect: 'Allow', Action: 'a:B' } as const
  expect(Object.keys(mapTemplates(statement, (text) => text))).toEqual(['Effect', 'Action'])
})
