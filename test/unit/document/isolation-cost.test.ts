/** The steps that comparing two statements costs, and which comparisons need no search. */
import { describe, expect, it } from 'vitest'
import { buildAutomaton } from '../../../packages/core/src/automata/automaton.ts'
import { BudgetExceededError } from '../../../packages/core/src/automata/budget.ts'
import { rangesOf } from '../../../packages/core/src/automata/character-ranges.ts'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { beginAlike, findMeetings } from '../../../packages/core/src/document/isolation/meeting.ts'
import { proveIsolation } from '../../../packages/core/src/document/isolation/prove-isolation.ts'
import {
  type Reach,
  reachesOfStatement,
} from '../../../packages/core/src/document/isolation/reach.ts'
import { documentOf, grantOf, reading } from './isolation-documents.ts'

const PLACE = { grant: 'own', path: [], label: 'one', isShared: false }

function reachOf(resources: readonly string[], prefix?: string): Reach {
  const letters = buildAutomaton({
    ...{ kind: 'repeat', min: 1, max: 3 },
    part: { kind: 'characters', on: rangesOf('ab') },
  })
  const [reach] = reachesOfStatement(
    {
      ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: resources },
      ...(prefix === undefined ? {} : { Condition: { StringLike: { 's3:prefix': prefix } } }),
    },
    PLACE,
    {
      attributes: new Map([
        ['x', undefined],
        ['y', undefined],
      ]),
      automata: new Map([
        ['x', letters],
        ['y', letters],
      ]),
      ...{ sessionTags: new Map(), known: new Map(), budget: { remaining: 100_000 } },
    },
  )
  if (reach === undefined) throw new Error('The statement reaches nothing.')
  return reach
}

function stepsOf(left: Reach, right: Reach, compared: readonly string[]): number {
  const budget = { remaining: 100_000 }
  const meetings = [...findMeetings(left, right, compared, budget, 1)]
  expect(meetings.length).toBeLessThan(20)
  return 100_000 - budget.remaining
}

describe('a comparison', () => {
  it('of texts that begin differently is one step', () => {
    expect(stepsOf(reachOf(['c/{{x}}*']), reachOf(['d/{{x}}*']), ['x'])).toBe(1)
    expect(stepsOf(reachOf(['c/{{x}}*']), reachOf(['c/d{{x}}*']), ['x'])).toBeGreaterThan(1)
  })

  it('of texts that are read in one way is one step', () => {
    const own = reachOf(['c/{{x}}/*'])
    expect(stepsOf(own, own, ['x'])).toBe(1)
    expect(stepsOf(own, reachOf(['c/{{x}}/*']), ['x'])).toBe(1)
    // The values differ in any case.
    expect(stepsOf(own, own, [])).toBeGreaterThan(1)
    const ambiguous = reachOf(['c/{{x}}*'])
    expect(stepsOf(ambiguous, ambiguous, ['x'])).toBeGreaterThan(1)
  })

  it('of a statement with itself compares each two of its texts once', () => {
    const both = reachOf(['c/{{x}}?', 'c/{{x}}?d'])
    const again = reachOf(['c/{{x}}?', 'c/{{x}}?d'])
    expect(stepsOf(both, both, [])).toBeLessThan(stepsOf(both, again, []))
  })
})

it('a proof within its budget is decided, and with one step less it is not', () => {
  const everybody = reading('arn:aws:s3:::b/*')
  const { tenant } = compileTenant(
    documentOf({ grants: grantOf('own', [everybody, everybody]) }),
    'a',
  )
  const attributes = {
    ...{ analyses: new Map(), automata: new Map(), readers: new Map() },
    ...{ namingIssuer: new Set<string>(), acrossIssuers: new Set<string>() },
  }
  const prove = (remaining: number) => {
    const budget = { remaining }
    const grants = Object.entries(tenant?.grants ?? {}).map(([name, grant]) => ({
      ...{ name, grant, sharedStatements: new Set<number>() },
      issuers: { subject: ['https://one.example'], actor: [], both: ['https://one.example'] },
    }))
    const verdicts = proveIsolation(attributes, grants, budget).map(({ grant, path, verdict }) => [
      ...[grant, path.at(-1), verdict],
    ])
    return { verdicts, spent: remaining - budget.remaining }
  }
  const { verdicts, spent } = prove(100_000)
  expect(verdicts).toEqual([
    ['own', 0, 'same-for-all'],
    ['own', 1, 'same-for-all'],
  ])
  expect(prove(spent).verdicts).toEqual(verdicts)
  expect(prove(spent - 1).verdicts).toEqual([
    ['own', 0, 'same-for-all'],
    ['own', 1, 'undecided'],
  ])
})

describe('two statements begin alike', () => {
  const areAlike = (left: Reach, right: Reach) => beginAlike(left, right, { remaining: 100 })

  it.each<[left: string[], right: string[], expected: boolean]>([
    [['c/{{x}}'], ['c/{{y}}'], true],
    [['c/{{x}}'], ['d/{{y}}'], false],
    [['{{x}}'], ['d/{{y}}'], true],
    [['c/{{x}}'], ['c/d/{{y}}'], true],
    [['c/d/{{x}}'], ['c/{{y}}'], true],
    [['c/{{x}}', 'd/{{x}}'], ['e/{{y}}', 'd/{{y}}'], true],
    [['c/{{x}}', 'd/{{x}}'], ['d/{{y}}'], true],
    [['d/{{x}}'], ['c/{{y}}', 'd/{{y}}'], true],
    [['c/{{x}}', 'd/{{x}}'], ['e/{{y}}', 'f/{{y}}'], false],
    [['*'], ['d/{{y}}'], true],
  ])('%j and %j: %s', (left, right, expected) => {
    expect(areAlike(reachOf(left), reachOf(right))).toBe(expected)
  })

  it('at the cost of a step for each two texts', () => {
    const [two, three] = [reachOf(['c/{{x}}', 'd/{{x}}']), reachOf(['c{{y}}', 'd{{y}}', 'e{{y}}'])]
    const budget = { remaining: 6 }
    beginAlike(two, three, budget)
    expect(budget.remaining).toBe(0)
    expect(() => beginAlike(two, three, { remaining: 5 })).toThrow(BudgetExceededError)
  })

  it('in each dimension that both have', () => {
    const resource = ['c/{{x}}']
    expect(areAlike(reachOf(resource, 'd{{x}}'), reachOf(resource, 'e{{x}}'))).toBe(false)
    expect(areAlike(reachOf(resource, 'd{{x}}'), reachOf(resource, 'd{{y}}'))).toBe(true)
    expect(areAlike(reachOf(resource, 'd{{x}}'), reachOf(resource))).toBe(true)
  })
})
