/** Without a session policy, a session of a created role may do what its session policy allows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import { rolePolicy } from '../../../packages/core/src/policy/role-policy.ts'
import { fillTemplate, readAttribute } from '../../../packages/core/src/policy/template.ts'
import { renderStatement } from '../../../packages/core/src/session/session-policy.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { roleAllows } from '../../fixtures/role-session.ts'

const SESSION_TAGS = { user: '{{user}}', 'the-team': '{{team}}', home: '{{team}}/{{user}}', t: 'x' }
const DATA = 'arn:aws:s3:::data/'
const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:ListBucket']

const template = fc
  .array(fc.constantFrom('{{user}}', '{{team}}', 'a', 'al', '*', '?', '-', '{{ user }}', '/'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
const resource = template.map((text) => `${DATA}${text}`)
const statement = fc
  .record(
    {
      Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
      Action: fc.oneof(fc.constantFrom('s3:*', ...ACTIONS), fc.subarray(ACTIONS, { minLength: 1 })),
      Resource: fc.oneof(resource, fc.array(resource, { minLength: 1, maxLength: 3 })),
      Condition: fc.dictionary(
        fc.constantFrom('StringLike', 'StringEquals', 'StringNotEquals'),
        fc.record({ 's3:prefix': fc.oneof(template, fc.array(template, { minLength: 1 })) }),
        { minKeys: 1, maxKeys: 2 },
      ),
    },
    { requiredKeys: ['Effect', 'Action', 'Resource'] },
  )
  .map((one): PolicyStatement => one)
const statements = fc.array(statement, { minLength: 1, maxLength: 4 })
const CLAIMS = ['a', 'al', 'alice', 'a-l', 'bob', 'x', 'A', 'a@b.c', 'a=b+c_d']
const value = fc.constantFrom(...CLAIMS)
const caller = fc.record({ user: value, team: value })
type Caller = { readonly user: string; readonly team: string }

/** Requests that the statements could be about, and others. */
const requestFor = (all: readonly PolicyStatement[], callers: readonly Caller[]) => {
  const rendered = callers.flatMap((one) =>
    all.map((statement) => renderStatement(statement, valuesOf(one))),
  )
  const concrete = (pattern: string) =>
    fc.constantFrom('', 'b', '/').map((text) => pattern.replaceAll('*', text).replaceAll('?', 'z'))
  const resources = rendered.flatMap(({ Resource = [] }) => [Resource].flat())
  const prefixes = rendered.flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((keys) => Object.values(keys).flat().map(String)),
  )
  return fc.record({
    action: fc.constantFrom(...ACTIONS),
    resource: fc.constantFrom(`${DATA}x`, ...resources).chain(concrete),
    context: fc
      .option(fc.constantFrom('x', ...prefixes).chain(concrete), { nil: undefined })
      .map((prefix) => (prefix === undefined ? {} : { 's3:prefix': prefix })),
  })
}
const scenario = fc.tuple(statements, caller, caller).chain(([all, mine, theirs]) =>
  fc.record({
    all: fc.constant(all),
    mine: fc.constant(mine),
    request: requestFor(all, [mine, theirs]),
  }),
)

describe('a session with the tags of a caller and without a session policy', () => {
  it('may do exactly what the session policy of that caller allows', () => {
    const outcomes = { true: 0, false: 0 }
    fc.assert(
      fc.property(scenario, ({ all, mine, request }) => {
        const role = rolePolicy({ statements: all, sessionTags: SESSION_TAGS })
        const session = all.map((one) => renderStatement(one, valuesOf(mine)))
        const expected = roleAllows(session, {}, request)
        outcomes[`${expected}`] += 1
        expect(roleAllows(role.Statement, tagsOf(mine), request)).toBe(expected)
      }),
      PROPERTY_RUNS,
    )
    // Both outcomes are frequent enough to be tested.
    expect(Math.min(outcomes.true, outcomes.false)).toBeGreaterThan(PROPERTY_RUNS.numRuns / 20)
  })

  it('may do nothing without one of the tags that the policy uses', () => {
    fc.assert(
      fc.property(scenario, fc.constantFrom('user', 'the-team', 'home'), (given, key) => {
        const { all, mine, request } = given
        const role = rolePolicy({ statements: all, sessionTags: SESSION_TAGS })
        fc.pre(JSON.stringify(role).includes(`\${aws:PrincipalTag/${key}}`))
        const { [key]: _, ...others } = tagsOf(mine)
        expect(roleAllows(role.Statement, others, request)).toBe(false)
      }),
      PROPERTY_RUNS,
    )
  })
})

/** By claim, as the request path reads them; only once, because that takes most of the time. */
const ATTRIBUTE_VALUES = new Map(CLAIMS.map((claim) => [claim, readClaim(claim)]))

function readClaim(claim: string) {
  const limits = { pattern: '[A-Za-z0-9._@+=-]{1,64}', maxLength: 64, separators: '' }
  const scope = { claims: { claim }, issuer: '', request: { ip: '', endpoint: 'native' } }
  return readAttribute('claim', { from: 'claims.claim', ...limits }, scope, createTrace())
}

function valuesOf({ user, team }: Caller) {
  const read = (claim: string) => ATTRIBUTE_VALUES.get(claim) ?? readClaim(claim)
  return new Map([
    ['user', read(user)],
    ['team', read(team)],
  ])
}

function tagsOf(caller: Caller): Record<string, string> {
  const values = valuesOf(caller)
  return Object.fromEntries(
    Object.entries(SESSION_TAGS).map(([key, text]) => [key, fillTemplate(text, values)]),
  )
}
