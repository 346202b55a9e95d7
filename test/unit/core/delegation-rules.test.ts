/** Which rules pass where an actor acts for the subject: only those that mention `actor`. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../packages/core/src/model/actor.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { decideWithRules, type RuleFields, tenantWithRules } from './decide-with-rules.ts'
import { generatedClaims, generatedRules } from './generated-rules.ts'

const AGENT: Actor = {
  issuer: 'https://i.example',
  subject: 'agent',
  claims: { sub: 'agent', groups: ['agents'] },
  actor: { issuer: 'https://i.example', subject: 'desk', claims: { sub: 'desk' } },
}
const NOT_FOR_ACTORS = 'an actor acts for the subject, and the rule does not mention actor'

const decide = (rules: readonly RuleFields[], actor: Actor | undefined, grant?: string) =>
  decideWithRules(tenantWithRules(rules), { team: 'red' }, grant ? { grant } : {}, actor)

describe('a rule that does not mention actor', () => {
  it.each([
    ['without a condition', undefined],
    ['with a condition that is true', 'true'],
    ['about the claims', 'claims.team == "red"'],
    ['with the name only as a text', 'claims.team == "red" && "actor" != ""'],
    ['with the name only as a claim', '!has(claims.actor)'],
  ])('%s never passes for an actor', (_name, when) => {
    expect(decide([{ when, grant: 'full' }], undefined).result).toBe('full')
    for (const grant of [undefined, 'full']) {
      const { result, trace } = decide([{ when, grant: 'full' }], AGENT, grant)
      expect(result).toBe('access_denied')
      expect(trace[0]).toMatchObject({ passed: false, found: NOT_FOR_ACTORS })
    }
  })

  it('does not pass among generated rules, for generated claims', () => {
    fc.assert(
      fc.property(generatedRules, generatedClaims, (items, claims) => {
        const rules = items.map(({ when, grant }) => ({ when, grant: GRANTS[grant] }))
        const tenant = tenantWithRules(rules)
        expect(tenant.rules.some(({ mentionsActor }) => mentionsActor)).toBe(false)
        expect(decideWithRules(tenant, claims, {}, AGENT).result).toBe('access_denied')
      }),
      { numRuns: PROPERTY_RUNS.numRuns / 10 },
    )
  })

  it('is the only kind that is excluded: the compiled rule says which kind each one is', () => {
    const mixed = fc.array(fc.tuple(fc.boolean(), fc.nat(23)), { minLength: 1, maxLength: 24 })
    fc.assert(
      fc.property(generatedRules, generatedClaims, mixed, (items, claims, choices) => {
        const rules = choices.map(([mentions, at], index) => {
          const { when = 'true', grant = 'one' } = items[at % items.length] ?? {}
          const condition = mentions ? `(${when}) && has(actor.subject)` : when
          return { name: `${index}`, when: condition, grant: GRANTS[grant], mentions }
        })
        const tenant = tenantWithRules(rules.map(({ mentions: _, ...rule }) => rule))
        expect(tenant.rules.map((rule) => rule.mentionsActor === true)).toEqual(
          rules.map(({ mentions }) => mentions),
        )
        const { rule } = decideWithRules(tenant, claims, {}, AGENT)
        expect(rule === undefined || rules[Number(rule)]?.mentions).toBe(true)
        // The subject itself gets what the rules without actor give it.
        const own = decideWithRules(tenant, claims)
        expect(own.rule === undefined || !rules[Number(own.rule)]?.mentions).toBe(true)
      }),
      { numRuns: PROPERTY_RUNS.numRuns / 10 },
    )
  })
})

describe('a rule that mentions actor', () => {
  it.each([
    ['actor.subject == "agent"', 'full', 'access_denied'],
    ['actor.issuer == "https://i.example"', 'full', 'access_denied'],
    ['"agents" in actor.claims.groups', 'full', 'access_denied'],
    ['actor.actor.subject == "desk"', 'full', 'access_denied'],
    ['has(actor.actor.actor)', 'access_denied', 'access_denied'],
    ['actor.subject == "other"', 'access_denied', 'access_denied'],
    ['actor.claims.level == "high"', 'access_denied', 'access_denied'],
    // For both: the subject itself, and one of its actors.
    ['!has(actor.subject) || actor.subject == "agent"', 'full', 'full'],
    ['!has(actor.subject) || actor.subject == "other"', 'access_denied', 'full'],
    ['!has(actor.subject)', 'access_denied', 'full'],
    ['size(actor) == 0 || claims.team == "red"', 'full', 'full'],
  ])('%s', (when, delegated, own) => {
    expect(decide([{ when, grant: 'full' }], AGENT).result).toBe(delegated)
    expect(decide([{ when, grant: 'full' }], undefined).result).toBe(own)
  })

  it('shows in the trace what the actor has', () => {
    const when = 'actor.claims.level == "high" && actor.subject == "agent"'
    expect(decide([{ when, grant: 'full' }], AGENT).trace[0]).toMatchObject({ passed: false })
    const never = 'actor.subject == "a" && claims.team == "b"'
    expect(decide([{ when: never, grant: 'full' }], AGENT).trace[0]?.found).toBe(
      '{"claims.team":"red","actor.subject":"agent"}',
    )
  })

  it('is found by the index of many rules', () => {
    const rules = Array.from({ length: 30 }, (_, index) => ({
      when: `claims.team == "red" && actor.subject == "agent${index === 29 ? '' : index}"`,
      grant: 'full',
    }))
    expect(tenantWithRules(rules).ruleIndex).toBeDefined()
    expect(decide(rules, AGENT).rule).toBe('rule 29')
  })
})

describe('a deny rule', () => {
  const EVERYBODY: RuleFields = { when: 'has(actor.subject) || true', grant: 'full' }
  const decideDenied = (deny: RuleFields, actor: Actor | undefined, grant?: string) =>
    decide([{ name: 'denied', deny: true, ...deny }, EVERYBODY], actor, grant)

  it('that does not mention actor denies actors too', () => {
    const deny = { when: 'claims.team == "red"' }
    expect(decideDenied(deny, undefined).result).toBe('access_denied')
    expect(decideDenied(deny, AGENT).result).toBe('access_denied')
    expect(decideDenied({ when: 'claims.team == "blue"' }, AGENT).result).toBe('full')
  })

  it('that does not mention actor gives its grant to no actor', () => {
    const deny = { when: 'claims.team == "red"', grant: 'notice' }
    expect(decideDenied(deny, undefined).result).toBe('notice')
    for (const grant of [undefined, 'notice', 'full'])
      expect(decideDenied(deny, AGENT, grant).result).toBe('access_denied')
  })

  it('that mentions actor gives its grant to the actors to whom it applies', () => {
    const deny = { when: 'claims.team == "red" && has(actor.subject)', grant: 'notice' }
    expect(decideDenied(deny, AGENT).result).toBe('notice')
    expect(decideDenied(deny, AGENT, 'full').result).toBe('access_denied')
    expect(decideDenied(deny, undefined).result).toBe('full')
  })

  it('that requires a text of the actor concerns no other request', () => {
    const deny = { when: 'actor.subject == "agent"' }
    expect(decideDenied(deny, AGENT).result).toBe('access_denied')
    expect(decideDenied(deny, { ...AGENT, subject: 'other' }).result).toBe('full')
    expect(decideDenied(deny, undefined).result).toBe('full')
  })

  it('that reads the actor in another way applies where it cannot be evaluated', () => {
    expect(decideDenied({ when: 'actor.claims.level < 2' }, AGENT).result).toBe('access_denied')
    expect(decideDenied({ when: 'actor.claims.level < 2' }, undefined).result).toBe('access_denied')
    const own = { when: 'has(actor.subject) && !has(actor.claims.level)' }
    expect(decideDenied(own, undefined).result).toBe('full')
    expect(decideDenied(own, AGENT).result).toBe('access_denied')
  })
})

const GRANTS: Readonly<Record<string, string>> = { one: 'full', two: 'other' }
