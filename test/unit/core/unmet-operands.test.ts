/** Which operand of a condition does not pass, and what it reads. */
import { expect, it } from 'vitest'
import type { CelScope } from '../../../packages/core/src/expression/cel.ts'
import { findUnmetOperand } from '../../../packages/core/src/expression/unmet-operands.ts'

const SCOPE: CelScope = {
  claims: { org: 'own', level: 2, groups: ['a'] },
  issuer: 'https://id.example',
  request: { ip: '203.0.113.7', endpoint: 'native' },
}
const ACTOR = { issuer: 'https://id.example', subject: 'desk', claims: { team: 'red' } }

it.each(['true', 'claims.org == "own"', 'claims.org == "own" && claims.level > 1'])(
  '%s passes',
  (condition) => {
    expect(findUnmetOperand(condition, SCOPE)).toBeUndefined()
  },
)

it.each([
  ['claims.org == "other"', 1, { 'claims.org': 'own' }],
  ['claims.level > 1 && claims.org == "other"', 1, { 'claims.org': 'own' }],
  [
    '(claims.org == "other" && claims.level > 5) && claims.org != "own"',
    3,
    { 'claims.org': 'own' },
  ],
  ['claims.org == "other" || claims.level > 5', 1, { 'claims.org': 'own', 'claims.level': 2 }],
  ['claims.org', 1, { 'claims.org': 'own' }],
  ['issuer == "x"', 1, {}],
])('%s has operands that do not pass: %i', (condition, count, found) => {
  expect(findUnmetOperand(condition, SCOPE)).toEqual({ count, found, error: undefined })
})

it('an operand that cannot be evaluated says why', () => {
  expect(findUnmetOperand('claims.level > 1 && claims.mfa', SCOPE)).toEqual({
    ...{ count: 1, found: { 'claims.mfa': '(absent)' }, error: 'No such key: mfa' },
  })
})

it('shows what is read of an actor and of an identity', () => {
  const identity = {
    ...{ id: 'i', provider: 'p', logins: ['p'], guest: false, createdAt: 0n },
  }
  const scope = { ...SCOPE, actor: ACTOR, identity } as unknown as CelScope
  expect(findUnmetOperand('actor.subject == claims.org && identity.guest', scope)).toMatchObject({
    ...{ count: 2, found: { 'claims.org': 'own', 'actor.subject': 'desk' } },
  })
  expect(findUnmetOperand('identity.provider == "x"', scope)).toMatchObject({
    ...{ count: 1, found: { 'identity.provider': 'p' } },
  })
})

it('a condition that cannot be parsed is one operand', () => {
  expect(findUnmetOperand('claims.org ==', SCOPE)).toEqual({
    ...{ count: 1, found: {}, error: 'the condition cannot be parsed' },
  })
})
