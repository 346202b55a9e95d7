/** The first rule that passes names the grant; a requested grant or role leaves only its rules. */
import { describe, expect, it } from 'vitest'
import { decideWithRules, ROLE, type RuleFields, tenantWithRules } from './decide-with-rules.ts'

const RED = 'claims.team == "red"'
const RULES: readonly RuleFields[] = [
  { name: 'red', when: RED, grant: 'full' },
  { name: 'others', when: 'claims.team == "blue"', grant: 'other' },
  { name: 'everybody', grant: 'notice' },
]
const rule = (name: string, passed: boolean, expected: string, found?: string) => ({
  ...{ stage: 'match', check: `rule "${name}"`, passed, expected },
  ...(found === undefined ? {} : { found }),
})

describe('the first rule that passes', () => {
  it('names the grant, and the trace ends with it', () => {
    const decision = decideWithRules(tenantWithRules(RULES), { team: 'red' })
    expect(decision).toEqual({
      result: 'full',
      rule: 'red',
      error: undefined,
      trace: [rule('red', true, RED, '{"claims.team":"red"}')],
    })
  })

  it('may be a later one, and the trace lists those before', () => {
    const { result, trace } = decideWithRules(tenantWithRules(RULES), { team: 'green' })
    expect(result).toBe('notice')
    expect(trace).toEqual([
      rule('red', false, RED, '{"claims.team":"green"}'),
      rule('others', false, 'claims.team == "blue"', '{"claims.team":"green"}'),
      rule('everybody', true, '(always)'),
    ])
  })

  it('is not one whose condition cannot be evaluated, and the trace says why', () => {
    const { result, trace } = decideWithRules(tenantWithRules(RULES), {})
    expect(result).toBe('notice')
    expect(trace[0]).toEqual(rule('red', false, RED, 'No such key: team'))
  })
})

describe('a requested grant or role', () => {
  it.each([
    [{ grant: 'full' }, 'full', 'red'],
    [{ grant: 'notice' }, 'notice', 'everybody'],
    [{ roleArn: `${ROLE}app` }, 'full', 'red'],
    [{ roleArn: `${ROLE}app`, grant: 'notice' }, 'notice', 'everybody'],
  ])('leaves only the rules that lead to it: %j', (requested, result, name) => {
    const decision = decideWithRules(tenantWithRules(RULES), { team: 'red' }, requested)
    expect([decision.result, decision.rule]).toEqual([result, name])
    expect(decision.trace).toHaveLength(1)
  })

  it.each([
    [{ grant: 'other' }, 'other'],
    [{ grant: 'unknown' }, 'unknown'],
    [{ grant: '__proto__' }, '__proto__'],
    [{ roleArn: `${ROLE}other` }, `${ROLE}other`],
    [{ roleArn: `${ROLE}unknown` }, `${ROLE}unknown`],
    [{ roleArn: `${ROLE}other`, grant: 'full' }, 'full'],
  ])('is refused where no rule that leads to it passes: %j', (requested, expected) => {
    const { error, trace } = decideWithRules(tenantWithRules(RULES), { team: 'red' }, requested)
    expect(error).toMatchObject({
      code: 'access_denied',
      callerMessage: undefined,
    })
    expect(trace.at(-1)).toEqual({
      ...{ stage: 'match', check: 'a rule passes', passed: false, expected, found: '(none)' },
    })
  })
})

describe('without a rule that passes', () => {
  it('a request for any grant is refused', () => {
    const { error, trace } = decideWithRules(tenantWithRules(RULES.slice(0, 2)), { team: 'green' })
    expect(error).toMatchObject({
      ...{ code: 'access_denied', callerMessage: undefined },
      message:
        'No rule passes; the closest is "red": expected claims.team == "red", found claims.team ' +
        '= "green"; correct the claim at the issuer, or the rule.',
    })
    expect(trace.at(-1)).toEqual({
      ...{ stage: 'match', check: 'a rule passes', passed: false },
      ...{ expected: 'any grant', found: '(none)' },
    })
  })

  const messageOf = (rules: readonly RuleFields[], claims: object, requested = {}, actor = false) =>
    (
      decideWithRules(
        tenantWithRules(rules),
        { ...claims },
        requested,
        actor ? { issuer: 'i', subject: 'agent', claims: {} } : undefined,
      ).error as Error
    ).message

  it('names the closest one, which fails the fewest parts of its condition', () => {
    const rules = [
      { name: 'far', when: 'claims.a == "1" && claims.b == "1"', grant: 'full' },
      {
        name: 'near',
        when: 'claims.a == "1" && (claims.b == "2" || claims.c)',
        grant: 'full',
      },
    ]
    expect(messageOf(rules, { a: '1', b: 'x'.repeat(100) })).toBe(
      'No rule passes; the closest is "far": expected claims.a == "1" && claims.b == "1", found ' +
        `claims.b = "${'x'.repeat(63)}…"; correct the claim at the issuer, or the rule.`,
    )
    expect(messageOf(rules, { b: '3', a: '1', c: false })).toContain('closest is "far"')
    expect(messageOf([...rules].toReversed(), { a: '2', b: '2' })).toBe(
      'No rule passes; the closest is "near": expected claims.a == "1" && (claims.b == "2" || ' +
        'claims.c), found claims.a = "2"; correct the claim at the issuer, or the rule.',
    )
  })

  it('says that there is no rule', () => {
    const { error } = decideWithRules({ ...tenantWithRules(RULES), rules: [] }, {})
    expect(error).toMatchObject({
      message: 'No rule passes: the tenant document has no rule; add one.',
    })
  })

  it('says that a rule is not for a party that acts for the subject', () => {
    expect(messageOf(RULES.slice(0, 1), { team: 'red' }, {}, true)).toBe(
      'No rule passes; the closest is "red": expected claims.team == "red", found an error: an ' +
        'actor acts for the subject, and the rule does not mention actor; correct the claim at ' +
        'the issuer, or the rule.',
    )
  })

  it('names the requested grant, or those to which rules lead', () => {
    expect(messageOf(RULES, { team: 'green' }, { grant: 'other' })).toBe(
      'No rule that leads to the requested grant "other" passes; the closest is "others": ' +
        'expected claims.team == "blue", found claims.team = "green"; correct the claim at the ' +
        'issuer, or the rule.',
    )
    expect(messageOf(RULES, { team: 'red' }, { grant: 'fulll' })).toBe(
      'No rule leads to the requested grant: expected one of "full", "other", "notice", found ' +
        '"fulll"; did you mean "full"? Request one of them, or add a rule.',
    )
    expect(messageOf(RULES, { team: 'red' }, { roleArn: `${ROLE}unknown-role` })).toBe(
      `No rule leads to the requested role: expected one of "${ROLE}app", "${ROLE}other", found ` +
        `"${ROLE}unknown-role"; request one of them, or add a rule.`,
    )
  })

  it('evaluates at most 16 rules again', () => {
    const rules = Array.from({ length: 20 }, (_, index) => ({
      name: `r${index}`,
      when: index === 18 ? 'claims.a == "1"' : 'claims.a == "1" && claims.b == "1"',
      grant: 'full',
    }))
    expect(messageOf(rules, { a: '2' })).toContain('closest is "r0"')
    expect(messageOf(rules.slice(3), { a: '2' })).toContain('closest is "r18"')
  })
})

describe('a tenant with an index of its rules', () => {
  const MANY = Array.from({ length: 20 }, (_, index) => ({
    name: `r${index}`,
    when: `claims.org == "${index}"`,
    grant: index % 2 === 0 ? 'full' : 'other',
  }))

  it('lists the rules that the index excludes, once each, before and after the ones tried', () => {
    const tenant = tenantWithRules([...MANY, { name: 'last', when: RED, grant: 'full' }])
    expect(tenant.ruleIndex).toBeDefined()
    const { result, trace } = decideWithRules(tenant, { org: '3', team: 'red' })
    expect(result).toBe('other')
    expect(trace).toEqual(
      [0, 1, 2, 3].map((index) =>
        rule(`r${index}`, index === 3, `claims.org == "${index}"`, '{"claims.org":"3"}'),
      ),
    )
    const none = decideWithRules(tenant, { org: 'x' })
    expect(none.trace.map(({ check }) => check)).toEqual([
      ...MANY.map(({ name }) => `rule "${name}"`),
      'rule "last"',
      'a rule passes',
    ])
  })

  it('lists each rule once where the last one that is tried does not pass', () => {
    const rules = MANY.map((one) => ({ ...one, when: `${one.when} && claims.mfa` }))
    const tenant = tenantWithRules(rules)
    expect(tenant.ruleIndex).toBeDefined()
    const { result, trace } = decideWithRules(tenant, { org: '3', mfa: false })
    expect(result).toBe('access_denied')
    expect(trace.map(({ check }) => check)).toEqual([
      ...MANY.map(({ name }) => `rule "${name}"`),
      'a rule passes',
    ])
  })

  it('lists only rules that lead to the requested grant', () => {
    const tenant = tenantWithRules([...MANY, { name: 'last', grant: 'full' }])
    const { rule: name, trace } = decideWithRules(tenant, { org: '3' }, { grant: 'full' })
    expect(name).toBe('last')
    expect(trace.map(({ check }) => check)).toEqual([
      ...MANY.filter(({ grant }) => grant === 'full').map((one) => `rule "${one.name}"`),
      'rule "last"',
    ])
  })
})
