/** A tenant's rule index makes decisions faster, and changes neither decisions nor explanations. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matchGrant } from '../../../packages/core/src/decide/match-grant.ts'
import type { ResolvedTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import type { CompiledTenant } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, showTrace, type Trace } from '../../../packages/core/src/model/trace.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { generatedClaims, generatedRules } from './generated-rules.ts'

it('gives the same rule and explanation as trying each rule in turn', () => {
  const wanted = fc.constantFrom({ grant: undefined }, { grant: 'one' }, { grant: 'two' })
  fc.assert(
    fc.property(generatedRules, generatedClaims, wanted, (items, claims, asked) => {
      const { ruleIndex, ...linear } = compiled(items)
      expect(ruleIndex).toBeDefined()
      // The deployed broker reads it from JSON.
      const indexed = decide(JSON.parse(JSON.stringify({ ...linear, ruleIndex })), asked, claims)
      const one = decide(linear, asked, claims)
      expect([indexed.rule, indexed.shown]).toEqual([one.rule, one.shown])
    }),
    // Each run compiles a document.
    { numRuns: PROPERTY_RUNS.numRuns / 10 },
  )
})

it('tries one rule of a thousand if each needs a different value', () => {
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

it('tries each of several rules that need the same value', () => {
  const tenant = compiled(
    Array.from({ length: 100 }, (_, index) => ({
      when: `"red" in claims.groups && claims.level == ${index}`,
      grant: 'one',
    })),
  )
  expect(tenant.ruleIndex).toBeDefined()
  const { rule, tried } = decide(tenant, { grant: undefined }, { groups: ['red'], level: 70 })
  expect([rule, tried]).toEqual(['rule 70', 71])
})

it('is not created for a tenant with few rules', () => {
  expect(compiled([{ when: 'claims.team == "red"', grant: 'one' }])).not.toHaveProperty('ruleIndex')
})

it('shows claims whose names contain dots', () => {
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

/** In place of a verified identity, which only its stage can create. */
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
    // In place of a resolved tenant, which only its stage can create.
    rule = matchGrant(tenant as ResolvedTenant, wanted, identity, trace).rule
  } catch (error) {
    rule = String(error)
  }
  const shown = showTrace(trace).map(({ check, passed, expected }) => ({ check, passed, expected }))
  return { rule, shown, tried: trace.checks.filter((entry) => typeof entry !== 'function').length }
}
