/** Values of a caller of an identity pool, in place of attributes. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import type { PoolIdentity } from '../../../packages/core/src/model/pool-identity.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import {
  readBuiltIn,
  withoutUnclaimedGuest,
} from '../../../packages/core/src/policy/built-in-values.ts'

const ID = 'eu-central-1:12345678-1234-1234-1234-123456789012'
const GUEST = 'eu-central-1:aaaaaaaa-1234-1234-1234-123456789012'
const identityOf = (fields: Partial<PoolIdentity>) => ({ identity: fields as PoolIdentity })

describe('a value', () => {
  it.each([
    ['identity', ID],
    ['guest', GUEST],
  ] as const)('%s is read', (name, value) => {
    const trace = createTrace()
    expect(readBuiltIn(name, identityOf({ id: ID, claimedGuest: GUEST }), trace)).toBe(value)
    expect(showTrace(trace)).toEqual([
      {
        ...{ stage: 'render', check: `value ${name} is usable`, passed: true },
        ...{ expected: 'an id of an identity pool', found: value },
      },
    ])
  })

  const NO_POOL = 'the request is not one to an identity pool'

  it.each([
    ['identity', {}, NO_POOL],
    ['guest', identityOf({ id: ID }), NO_POOL],
    ['identity', identityOf({ id: 'x' }), 'it does not match its pattern'],
    ['identity', identityOf({ id: `${ID}*` }), 'it contains a wildcard (* ?), a variable '],
    ['identity', identityOf({ id: `${'x'.repeat(20)}${ID}` }), 'it has 69 characters; at most 55'],
  ] as const)('%s is refused: %j', (name, scope, problem) => {
    const trace = createTrace()
    expect(() => readBuiltIn(name, scope, trace)).toThrow(
      expect.objectContaining({
        code: 'claim_unusable',
        message: expect.stringContaining(`The value {{${name}}} cannot be used: ${problem}`),
      }),
    )
    expect(showTrace(trace)).toEqual([
      {
        ...{ stage: 'render', check: `value ${name} is usable`, passed: false },
        ...{ expected: 'an id of an identity pool', found: expect.stringContaining(problem) },
      },
    ])
  })
})

describe('a statement with {{guest}}', () => {
  const own: PolicyStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '{{identity}}' }
  const guests: PolicyStatement = { ...own, Resource: '{{guest}}' }
  const statements = [own, guests]

  it('is for those who claimed a guest', () => {
    const claimed = identityOf({ claimedGuest: GUEST })
    expect(withoutUnclaimedGuest(statements, new Set(['guest']), claimed)).toEqual(statements)
    for (const scope of [{}, identityOf({ id: ID })])
      expect(withoutUnclaimedGuest(statements, new Set(['guest', 'x']), scope)).toEqual([own])
  })

  it('is searched for only where the grant has one', () => {
    expect(withoutUnclaimedGuest(statements, new Set(['identity']), {})).toBe(statements)
  })
})
