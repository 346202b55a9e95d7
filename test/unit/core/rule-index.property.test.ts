/** A tenant's rule index changes what a decision costs, and never the decision, nor what an explanation shows. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matchGrant } from '../../../packages/core/src/decide/match-grant.ts'
import type { ResolvedTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import type { CompiledTenant } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, showTrace, type Trace } from '../../../packages/core/src/model/trace.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const name = fc.constantFrom('red', 'blue', '__proto__', 'constructor', 'length', '0')
const claim = fc.constantFrom(
  'claims.team',
  'claims.groups',
  'claims["https://a.example/x.y"]',
  'claims.at.level',
)
const literal = name.map((value) => JSON.stringify(value))
const comparison = fc.oneof(
  fc.tuple(claim, literal).map(([path, value]) => `${path} == ${value}`),
  fc.tuple(claim, literal).map(([path, value]) => `${value} == ${path}`),
  fc.tuple(claim, literal).map(([path, value]) => `${value} in ${path}`),
  fc.tuple(claim, literal).map(([path, value]) => `${path} != ${value}`),
  fc.constantFrom(
    'true',
    'has(claims.team)',
    '!has(claims.team)',
    'issuer == "i"',
    'claims.team == claims.groups',
  ),
)
const condition = fc.oneof(
  comparison,
  fc.tuple(comparison, comparison).map(([left, right]) => `${left} && ${right}`),
  fc.tuple(comparison, comparison).map(([left, right]) => `${left} || ${right}`),
  fc.tuple(comparison, comparison, comparison).map(([a, b, c]) => `(${a} || ${b}) && ${c}`),
  fc.tuple(comparison, comparison).map(([left, right]) => `!(${left}) && ${right}`),
  fc.tuple(comparison, comparison).map(([left, right]) => `${left} ? ${right} : true`),
)
const value = fc.oneof(
  name,
  fc.array(name, { maxLength: 3 }),
  fc.dictionary(name, name, { maxKeys: 2 }),
  fc.integer(),
)
const claimsOf = fc.record(
  {
    team: value,
    groups: value,
    'https://a.example/x.y': value,
    at: fc.record({ level: value }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
)
const rules = fc.array(
  fc.record({
    when: fc.option(condition, { nil: undefined }),
    grant: fc.constantFrom('one', 'two'),
  }),
  { minLength: 16, maxLength: 24 },
)

function compiled(items: readonly { when?: string | undefined; grant: string }[]): CompiledTenant {
  const role = { role: 'arn:aws:iam::111122223333:role/r' }
  const { tenant, errors } = compileTenant(
    JSON.stringify({
      tenant: 'acme',
      issuers: [{ issuer: 'https://i.example', audiences: ['a'] }],
      rules: items.map((rule, index) => ({ name: `rule ${index}`, ...rule })),
      grants: { one: role, two: role },
    }),
    'acme.json',
  )
  if (!tenant) throw new Error(JSON.stringify(errors))
  return tenant
}

/** Stands in for a verified identity, which only its stage can create. */
function identityOf(claims: Record<string, unknown>): VerifiedIdentity {
  const request = { ip: '203.0.113.7', endpoint: 'native' }
  return { claims, scope: { claims, issuer: 'i', request } } as unknown as VerifiedIdentity
}

function decide(
  tenant: CompiledTenant,
  wanted: { grant: string | undefined },
  claims: Record<string, unknown>,
) {
  const identity = identityOf(claims)
  const trace: Trace = createTrace()
  let rule: string
  try {
    // A compiled tenant stands in for a resolved one, which only its stage can make.
    rule = matchGrant(tenant as ResolvedTenant, wanted, identity, trace).rule
  } catch (error) {
    rule = String(error)
  }
  const shown = showTrace(trace).map(({ check, passed, expected }) => ({ check, passed, expected }))
  return { rule, shown, tried: trace.checks.filter((entry) => typeof entry !== 'function').length }
}

it('gives the same rule and the same explanation as trying each in turn', () => {
  const wanted = fc.constantFrom({ grant: undefined }, { grant: 'one' }, { grant: 'two' })
  fc.assert(
    fc.property(rules, claimsOf, wanted, (items, claims, asked) => {
      const { ruleIndex, ...linear } = compiled(items)
      expect(ruleIndex).toBeDefined()
      // As the deployed broker reads it: through JSON.
      const indexed = decide(JSON.parse(JSON.stringify({ ...linear, ruleIndex })), asked, claims)
      const one = decide(linear, asked, claims)
      expect([indexed.rule, indexed.shown]).toEqual([one.rule, one.shown])
    }),
    // Each compiles a document.
    { numRuns: PROPERTY_RUNS.numRuns / 10 },
  )
})

it('tries one rule of a thousand where each needs another value', () => {
  const tenant = compiled(
    Array.from({ length: 1000 }, (_, index) => ({
      when: `"group-${index}" in claims.groups && claims.email_verified`,
      grant: 'one',
    })),
  )
  const { rule, tried, shown } = decide(
    tenant,
    { grant: undefined },
    { groups: ['other', 'group-900'], email_verified: true },
  )
  expect([rule, tried, shown.length]).toEqual(['rule 900', 1, 901])
})

it('leaves a tenant of few rules without an index', () => {
  expect(compiled([{ when: 'claims.team == "red"', grant: 'one' }])).not.toHaveProperty('ruleIndex')
})

it('shows claims whose names hold dots', () => {
  const when = 'claims["https://a.example/x.y"] == "red" && claims.at.level == "high"'
  const trace: Trace = createTrace()
  const claims = { 'https://a.example/x.y': 'red', at: { level: 'low' } }
  expect(() =>
    matchGrant(
      compiled([{ when, grant: 'one' }]) as ResolvedTenant,
      { grant: undefined },
      identityOf(claims),
      trace,
    ),
  ).toThrow('No rule passes')
  expect(showTrace(trace)[0]?.found).toBe(
    '{"claims.https://a.example/x.y":"red","claims.at.level":"low"}',
  )
})
