/** A deny rule applies to every request: no requested grant, order, index or error avoids it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { decideWithRules, ROLE, type RuleFields, tenantWithRules } from './decide-with-rules.ts'
import { generatedClaims, generatedRules } from './generated-rules.ts'

const SUSPENDED = 'claims.status == "suspended"'
const NOTICE: RuleFields = { name: 'suspended', when: SUSPENDED, grant: 'notice', deny: true }
const REFUSED: RuleFields = { name: 'suspended', when: SUSPENDED, deny: true }
const EVERYBODY: RuleFields = { name: 'everybody', grant: 'full' }
const EVE = { status: 'suspended' }

describe('a deny rule with a grant', () => {
  it.each([
    ['no grant', {}, 'notice'],
    ['its grant', { grant: 'notice' }, 'notice'],
    ['another grant', { grant: 'full' }, 'access_denied'],
    ['an unknown grant', { grant: 'nothing' }, 'access_denied'],
    ['its role', { roleArn: `${ROLE}app` }, 'notice'],
    ['another role', { roleArn: `${ROLE}other` }, 'access_denied'],
    ['another grant of its role', { grant: 'full', roleArn: `${ROLE}app` }, 'access_denied'],
    ['its grant and another role', { grant: 'notice', roleArn: `${ROLE}other` }, 'access_denied'],
  ])('restricts a caller who requests %s', (_name, requested, expected) => {
    for (const rules of [
      [NOTICE, EVERYBODY],
      [EVERYBODY, NOTICE],
    ])
      expect(decideWithRules(tenantWithRules(rules), EVE, requested).result).toBe(expected)
  })

  it('names itself in the decision and in the reason of the refusal', () => {
    const tenant = tenantWithRules([NOTICE, EVERYBODY])
    const decision = decideWithRules(tenant, EVE)
    expect(decision.rule).toBe('suspended')
    expect(decision.trace.at(-1)).toEqual({
      stage: 'match',
      check: 'deny rule "suspended" leads to the requested grant',
      passed: true,
      expected: 'any grant',
      found: 'notice',
    })
    const { error, trace } = decideWithRules(tenant, EVE, { grant: 'full' })
    expect(error).toMatchObject({
      callerMessage: undefined,
      message:
        'The deny rule "suspended" applies, and does not lead to the requested grant: expected ' +
        `"full", found "notice", because of ${SUSPENDED} with claims.status = "suspended"; ` +
        'request its grant where it has one, or correct the claim or the rule.',
    })
    expect(trace).toEqual([
      {
        stage: 'match',
        check: 'deny rule "suspended" applies',
        passed: true,
        expected: SUSPENDED,
        found: '{"claims.status":"suspended"}',
      },
      {
        stage: 'match',
        check: 'deny rule "suspended" leads to the requested grant',
        passed: false,
        expected: 'full',
        found: 'notice',
      },
    ])
  })

  it('leaves other callers to the other rules', () => {
    const tenant = tenantWithRules([NOTICE, EVERYBODY])
    const { result, rule, trace } = decideWithRules(tenant, { status: 'active' }, { grant: 'full' })
    expect([result, rule]).toEqual(['full', 'everybody'])
    expect(trace[0]).toMatchObject({ check: 'deny rule "suspended" applies', passed: false })
    // Naming the grant of a deny rule does not make it available to everybody.
    expect(decideWithRules(tenant, { status: 'active' }, { grant: 'notice' }).result).toBe(
      'access_denied',
    )
  })
})

describe('a deny rule without a grant', () => {
  it.each([[{}], [{ grant: 'full' }], [{ grant: 'notice' }], [{ roleArn: `${ROLE}app` }]])(
    'refuses a caller who requests %o',
    (requested) => {
      const { result, trace } = decideWithRules(
        tenantWithRules([EVERYBODY, REFUSED]),
        EVE,
        requested,
      )
      expect(result).toBe('access_denied')
      expect(trace.at(-1)).toMatchObject({ passed: false, found: '(none)' })
    },
  )

  it('shows which grant was requested, by its name or its role, or that any would do', () => {
    const tenant = tenantWithRules([REFUSED])
    const expected = (requested: object) =>
      decideWithRules(tenant, EVE, requested).trace.at(-1)?.expected
    expect(expected({})).toBe('any grant')
    expect(expected({ roleArn: `${ROLE}app` })).toBe(`${ROLE}app`)
    expect(expected({ roleArn: `${ROLE}app`, grant: 'full' })).toBe('full')
  })

  it('refuses everybody where it has no condition', () => {
    const { result, error, trace } = decideWithRules(
      tenantWithRules([EVERYBODY, { name: 'closed', deny: true }]),
      {},
    )
    expect(result).toBe('access_denied')
    expect(error).toHaveProperty(
      'message',
      'The deny rule "closed" applies, and does not lead to the requested grant: expected ' +
        '"any grant", found none, because it always applies; request its grant where it has one, ' +
        'or correct the claim or the rule.',
    )
    expect(trace[0]).toEqual({
      ...{ stage: 'match', check: 'deny rule "closed" applies', passed: true },
      expected: '(always)',
    })
  })
})

describe('several deny rules that apply', () => {
  const also = (grant?: string): RuleFields => ({ name: 'also', deny: true, grant })
  it.each([
    ['lead to the same grant', [NOTICE, also('notice')], 'notice'],
    ['lead to different grants', [NOTICE, also('other')], 'access_denied'],
    ['lead to different grants, reversed', [also('other'), NOTICE], 'access_denied'],
    ['include one without a grant', [NOTICE, also()], 'access_denied'],
    ['include one without a grant, reversed', [also(), NOTICE], 'access_denied'],
  ])('%s', (_name, rules, expected) => {
    const { result, rule } = decideWithRules(tenantWithRules([...rules, EVERYBODY]), EVE)
    expect(result).toBe(expected)
    if (expected === 'notice') expect(rule).toBe('suspended')
  })
})

describe('a condition of a deny rule that cannot be evaluated', () => {
  const applies = (when: string, claims: object) =>
    decideWithRules(tenantWithRules([{ when, deny: true }, EVERYBODY]), { ...claims }).result ===
    'access_denied'

  it.each([
    ['!claims.mfa', {}],
    ['!claims.mfa', { mfa: 'yes' }],
    ['claims.mfa == false', {}],
    ['claims.level < 2', {}],
    ['claims.level == 0', {}],
    ['claims.nothing == null', {}],
    ['claims.status != "active"', {}],
    ['!(claims.status == "active")', {}],
    ['claims.status == "suspended" || claims.status == "closed"', {}],
    ['"suspended" in claims.groups', { groups: 'suspended' }],
    ['claims.status == "suspended" && !claims.exempt', EVE],
    ['claims.status == claims.other', {}],
    ['claims["status"].startsWith("s")', {}],
  ])('applies: %s with %o', (when, claims) => {
    expect(applies(when, claims)).toBe(true)
  })

  it.each([
    [SUSPENDED, {}],
    ['"suspended" == claims.status', {}],
    ['claims.status in ["suspended", "closed"]', {}],
    ['"suspended" in claims.groups', {}],
    ['claims.realm.status == "suspended"', {}],
    ['claims.realm.status == "suspended"', { realm: {} }],
    ['claims.status == "suspended" && !claims.exempt', {}],
    ['!claims.exempt && claims.status == "suspended"', {}],
    ['has(claims.mfa) && !claims.mfa', {}],
    [SUSPENDED, { status: null }],
  ])(
    'does not apply where a claim that must equal a text is absent: %s with %o',
    (when, claims) => {
      expect(applies(when, claims)).toBe(false)
    },
  )

  it('applies where the actor has what must equal a text, and another claim is absent', () => {
    const crawler = { issuer: 'https://i.example', subject: 'crawler', claims: {} }
    const when = 'actor.subject == "crawler" && claims.level > 3'
    const forAll = { ...EVERYBODY, when: 'has(actor.subject) || !has(actor.subject)' }
    const tenant = tenantWithRules([{ when, deny: true }, forAll])
    expect(decideWithRules(tenant, {}, {}, crawler).result).toBe('access_denied')
    const other = { ...crawler, subject: 'other' }
    expect(decideWithRules(tenant, {}, {}, other).result).toBe('full')
  })

  it('says so in the trace', () => {
    const found = (when: string) =>
      decideWithRules(tenantWithRules([{ when, deny: true }, EVERYBODY]), {}).trace[0]?.found
    expect(found('!claims.mfa')).toBe('No such key: mfa (cannot be evaluated)')
    expect(found(SUSPENDED)).toBe('No such key: status (a claim that it requires is absent)')
  })
})

it('no request avoids a deny rule, and no deny rule gives a caller more', () => {
  const requests = fc.record(
    { grant: fc.constantFrom('one', 'two'), roleArn: fc.constantFrom(`${ROLE}app`) },
    { requiredKeys: [] },
  )
  const grants = { one: 'full', two: 'other' } as const
  const position = fc.nat({ max: 24 })
  fc.assert(
    fc.property(
      generatedRules,
      generatedClaims,
      requests,
      position,
      fc.constantFrom('notice', undefined),
      (items, claims, { grant, ...role }, at, restriction) => {
        const rules: RuleFields[] = items.map((rule, index) => ({
          ...{ name: `other ${index}`, when: rule.when },
          grant: grants[rule.grant],
        }))
        const requested = { ...role, ...(grant ? { grant: grants[grant] } : {}) }
        const deny: RuleFields = { name: 'deny', when: SUSPENDED, deny: true, grant: restriction }
        const tenant = tenantWithRules(rules.toSpliced(at, 0, deny))
        const suspended = decideWithRules(tenant, { ...claims, ...EVE }, requested)
        const allowed = restriction !== undefined && requested.grant === undefined
        expect(suspended.result).toBe(allowed ? 'notice' : 'access_denied')
        // Others get what they would get without the rule.
        const active = decideWithRules(tenant, claims, requested)
        const without = decideWithRules(tenantWithRules(rules), claims, requested)
        expect([active.result, active.rule]).toEqual([without.result, without.rule])
      },
    ),
    // Each run compiles two documents.
    { numRuns: PROPERTY_RUNS.numRuns / 10 },
  )
})
