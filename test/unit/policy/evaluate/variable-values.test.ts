/** The values of a variable with which texts of a policy match a request. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../../packages/core/src/model/compiled-tenant.ts'
import { readConditions } from '../../../../packages/core/src/policy/evaluate/satisfies-condition.ts'
import { valuesOfVariable } from '../../../../packages/core/src/policy/evaluate/variable-values.ts'

const KEY = 'aws:principaltag/team'
const TEAM = '${aws:PrincipalTag/Team}'

function valuesIn(
  resources: readonly string[],
  resource: string,
  context: Readonly<Record<string, readonly string[]>> = {},
): string[] {
  const request = { action: 's3:GetObject', resource, context: new Map(Object.entries(context)) }
  return valuesOfVariable(KEY, resources, [], request, () => [])
}

describe('in a resource', () => {
  it.each<[text: string, resource: string, values: string[]]>([
    [`data/${TEAM}/x`, 'data/red/x', ['red']],
    [`data/${TEAM}`, 'data/red', ['red']],
    [`${TEAM}/x`, 'red/x', ['red']],
    [TEAM, 'red', ['red']],
    [`data/${TEAM}/x`, 'data//x', ['']],
    [`data/${TEAM}/x`, 'data/red/y', []],
    [`data/${TEAM}/x`, 'other/red/x', []],
    [`data/${TEAM}/*`, 'data/a/b/c', ['a/b', 'a']],
    [`*/${TEAM}/x`, 'a/b/c/x', ['b/c', 'c']],
    [`?${TEAM}?`, 'abc', ['b']],
    [`data/\${*}${TEAM}`, 'data/*red', ['red']],
    [`data/\${*}${TEAM}`, 'data/xred', []],
    ['data/${aws:userid}', 'data/red', []],
    ['data/red', 'data/red', []],
    ['data/${', 'data/red', []],
    // The second one may be any text, so the first is only sampled.
    [`${TEAM}-${TEAM}`, 'a-a', ['a']],
  ])('%s matches %s', (text, resource, values) => {
    expect(new Set(valuesIn([text], resource))).toEqual(new Set(values))
  })

  it('another variable has its value of the request, or any', () => {
    const text = `\${aws:userid}/${TEAM}`
    expect(valuesIn([text], 'a/red', { 'aws:userid': ['a'] })).toEqual(['red'])
    expect(valuesIn([text], 'a/red', { 'aws:userid': ['b'] })).toEqual([])
    expect(valuesIn([text], 'a/red')).toEqual(['red'])
  })

  it('are those of every text', () => {
    expect(valuesIn([`a/${TEAM}`, 'b', `*/${TEAM}`], 'a/red')).toEqual(['red', 'red'])
  })

  it('are at most 20 for one text', () => {
    expect(new Set(valuesIn([`*${TEAM}*`], 'a/long/resource')).size).toBe(20)
  })
})

it('in a condition are compared with the values of its key', () => {
  const statement: PolicyStatement = {
    ...{ Effect: 'Allow', Action: '*', Resource: '*' },
    Condition: {
      StringLike: { 'S3:Prefix': ['x', `home/${TEAM}/*`] },
      StringEquals: { 'a:Other': `${TEAM}` },
    },
  }
  const request = { action: 's3:ListBucket', resource: 'arn:aws:s3:::data', context: new Map() }
  const known = new Map([['s3:prefix', ['home/red/a', 'home/blue/', 'other']]])
  expect(
    valuesOfVariable(KEY, [], readConditions(statement), request, (key) => known.get(key) ?? []),
  ).toEqual(['red', 'blue'])
})
