/** What a caller requests of a grant, and what a refusal says where the grant does not have it. */
import { describe, expect, it } from 'vitest'
import type { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { GRANT, render } from './rendered-plan.ts'

const MANAGED = GRANT.managedPolicyArns

describe('a requested duration', () => {
  it.each([
    [900, 900],
    [7200, 7200],
    [undefined, 3600],
  ])('of %s s becomes %i s', (durationSeconds, expected) => {
    expect(render({ requested: { durationSeconds } }).plan?.durationSeconds).toBe(expected)
  })

  it('beyond the maximum is refused', () => {
    const { error, trace } = render({ requested: { durationSeconds: 7201 } })
    expect(error).toMatchObject({
      code: 'access_denied',
      callerMessage:
        'The requested duration is too long: the grant allows sessions of at most 7200 s, and ' +
        'the request is for 7201 s; request 7200 s or less.',
    })
    expect(trace).toEqual([
      {
        stage: 'render',
        check: 'duration is within the grant',
        passed: false,
        expected: '<= 7200 s',
        found: '7201',
      },
    ])
  })
})

describe('requested statements', () => {
  const sidsOf = (statements: readonly string[]) =>
    render({ requested: { statements } }).plan?.sessionPolicy.Statement.map(({ Sid }) => Sid)

  it('are kept alone, with every Deny, and without managed policies', () => {
    expect(sidsOf(['Read'])).toEqual(['Read', 'Keep'])
    expect(sidsOf(['List', 'Read'])).toEqual(['Read', 'List', 'Keep'])
    const { plan, trace } = render({ requested: { statements: ['Read'] } })
    expect(plan?.managedPolicyArns).toEqual([])
    expect(trace[0]).toEqual({
      stage: 'render',
      check: 'statements belong to the grant',
      passed: true,
      expected: '["Read","List","Keep"]',
      found: '["Read"]',
    })
  })

  it('of which none allows anything deny everything', () => {
    for (const statements of [[], ['Keep']])
      expect(render({ requested: { statements } }).plan?.sessionPolicy.Statement).toEqual([
        { Effect: 'Deny', Action: '*', Resource: '*' },
      ])
  })

  const refusalOf = (sids: readonly string[], statements = GRANT.statements) => {
    const { error, trace } = render({ grant: { statements }, requested: { statements: sids } })
    expect(error).toMatchObject({ code: 'access_denied' })
    expect(trace[0]).toMatchObject({ check: 'statements belong to the grant', passed: false })
    const { message, callerMessage } = error as BrokerError
    expect(message).toBe(callerMessage)
    return message
  }

  it.each([
    [['Other'], '"Other".'],
    [['Read', 'Other'], '"Other".'],
    [[''], '"".'],
    [['Raed'], '"Raed"; did you mean Read?'],
    [['list'], '"list"; did you mean List?'],
    [['a\u202eb\n'], '"a?b?".'],
    [['x'.repeat(64)], `"${'x'.repeat(64)}".`],
    [['x'.repeat(65)], 'of that name.'],
  ])('%j: an unknown one is refused, with those that there are', (sids, what) => {
    expect(refusalOf(sids)).toBe(
      `The grant has no statement ${what} Its statements are Read, List, Keep.`,
    )
  })

  it('are suggested also where the end of a long name is wrong', () => {
    const Sid = 'LongNameOfAStatement'.padEnd(64, 'x')
    const statements = [{ Sid, Effect: 'Allow' as const, Action: 'a:b', Resource: 'r' }]
    const end = `of that name; did you mean ${Sid}? Its statements are ${Sid}.`
    expect(refusalOf([`${Sid}${'y'.repeat(99)}`], statements)).toContain(end)
  })

  it('are listed up to 20', () => {
    const many = Array.from({ length: 22 }, (_, index) => ({
      ...{ Sid: `S${index}`, Effect: 'Allow' as const, Action: 'a:b', Resource: 'r' },
    }))
    expect(refusalOf(['nothing'], many)).toMatch(/ are S0, S1, .*, S19 and 2 more\.$/)
    expect(refusalOf(['nothing'], many.slice(0, 20))).toMatch(/, S18, S19\.$/)
  })

  it('never name a statement without a Sid', () => {
    const statements = GRANT.statements.map(({ Sid: _, ...statement }) => statement)
    const { plan } = render({ grant: { statements }, requested: { statements: [] } })
    expect(plan?.sessionPolicy.Statement[0]?.Action).toBe('*')
    expect(refusalOf(['x'], statements)).toContain('None of its statements has a Sid; request no')
  })
})

describe('managed policies', () => {
  const managedAfter = (requested: object, sessionPolicy?: string) =>
    render({ requested, ...(sessionPolicy && { sessionPolicy }) }).plan?.managedPolicyArns
  const [first, second] = MANAGED

  it('are those that the caller names, also beside statements or a policy', () => {
    expect(managedAfter({})).toEqual(MANAGED)
    expect(managedAfter({ policyArns: [second] })).toEqual([second])
    expect(managedAfter({ policyArns: [] })).toEqual([])
    expect(managedAfter({ policyArns: [first], statements: ['Read'] })).toEqual([first])
    const sessionPolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: '*', Resource: '*' },
    })
    expect(managedAfter({}, sessionPolicy)).toEqual([])
    expect(managedAfter({ policyArns: [first] }, sessionPolicy)).toEqual([first])
    const { trace } = render({ requested: { policyArns: [String(second)] } })
    expect(trace.at(-1)).toMatchObject({
      check: 'managed policies belong to the grant',
      passed: true,
    })
  })

  it.each([
    [['arn:aws:iam::aws:policy/C']],
    [[MANAGED[0], 'arn:aws:iam::aws:policy/C']],
    [['arn:aws:iam::aws:policy/C', MANAGED[0]]],
  ])('are refused where any of them is not of the grant, with those that are: %j', (policyArns) => {
    const { error, trace } = render({ requested: { policyArns: policyArns.map(String) } })
    expect(error).toMatchObject({
      code: 'access_denied',
      callerMessage:
        'The managed policy arn:aws:iam::aws:policy/C does not belong to the grant, which has ' +
        'arn:aws:iam::aws:policy/A, arn:aws:iam::aws:policy/B.',
    })
    expect(trace.at(-1)).toEqual({
      stage: 'render',
      check: 'managed policies belong to the grant',
      passed: false,
      expected: JSON.stringify(MANAGED),
      found: JSON.stringify(policyArns),
    })
  })
})

describe('a managed policy of the caller', () => {
  it.each([
    ['eyJhbGciOiJFUzI1NiJ9.CANARY', 'A requested managed policy does'],
    [`arn:${'x'.repeat(196)}`, `The managed policy arn:${'x'.repeat(196)} does`],
    [`arn:${'x'.repeat(197)}`, 'A requested managed policy does'],
    ['arn:aws:iam::aws:policy/C\n', 'The managed policy arn:aws:iam::aws:policy/C? does'],
  ])('%j is named where it is an ARN', (arn, beginning) => {
    const { error } = render({ grant: { managedPolicyArns: [] }, requested: { policyArns: [arn] } })
    expect(error).toMatchObject({
      callerMessage: `${beginning} not belong to the grant, which has none; request none.`,
    })
  })
})
