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
      message: 'No rule that leads to the requested grant passes.',
    })
    expect(trace.at(-1)).toEqual({
      ...{ stage: 'match', check: 'a rule passes', passed: false, expected, found: '(none)' },
    })
  })
})

describe('without a rule that passes', () => {
  it('a request for any grant is refused', () => {
    const { error, trace } = decideWithRules(tenantWithRules(RULES.slice(0, 2)), { team: 'green' })
    expect(error).toMatchObject({ code: 'access_denied', message: 'No rule passes.' })
    expect(trace.at(-1)).toEqual({
      ...{ stage: 'match', check: 'a rule passes', passed: false },
      ...{ expected: 'any grant', found: '(none)' },
    })
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
