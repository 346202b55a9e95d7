/** Texts that two automata share, and in which of them the marked parts differ. */
import { describe, expect, it } from 'vitest'
import {
  ANY_TEXT,
  buildAutomaton,
  literalText,
  type RegularExpression,
} from '../../../packages/core/src/automata/automaton.ts'
import { BudgetExceededError } from '../../../packages/core/src/automata/budget.ts'
import { rangesOf } from '../../../packages/core/src/automata/character-ranges.ts'
import {
  type ComparedMarks,
  findSharedTexts,
  type SharedText,
} from '../../../packages/core/src/automata/shared-texts.ts'

/** `{0}` is one or two letters of `ab`, marked 0; `*` is any text. */
function automatonOf(template: string) {
  const parts = [...template.matchAll(/\{(\d)\}|./g)].map(([one, mark]): RegularExpression => {
    if (mark !== undefined) {
      const letter: RegularExpression = { kind: 'characters', on: rangesOf('ab') }
      return {
        ...{ kind: 'marked', mark: Number(mark) },
        part: { kind: 'repeat', part: letter, min: 1, max: 2 },
      }
    }
    return one === '*' ? ANY_TEXT : literalText(one)
  })
  return buildAutomaton({ kind: 'sequence', parts })
}

const SAME: readonly ComparedMarks[] = [{ left: 0, right: 0 }]

function share(
  left: string,
  right: string,
  compared = SAME,
  limit = 10,
  budget = { remaining: 100_000 },
  isEnough?: (differing: number) => boolean,
): ReadonlyMap<number, readonly SharedText[]> {
  return findSharedTexts(automatonOf(left), automatonOf(right), compared, budget, limit, isEnough)
}

const differingOf = (...args: Parameters<typeof share>) => [...share(...args).keys()].toSorted()
const lengthsOf = (texts: readonly SharedText[] = []) =>
  texts.map(({ characters }) => characters.length)

describe('the marked parts', () => {
  it.each<[left: string, right: string, differing: number[]]>([
    ['x{0}', 'x{0}', [0]],
    ['x{0}y', 'x{0}y', [0]],
    // `aa` is {0} with nothing after it, or `a` and any text.
    ['{0}*', '{0}*', [0, 1]],
    ['*{0}', '*{0}', [0, 1]],
    ['{0}*', '*{0}', [0, 1]],
    ['{0}c*', '{0}c*', [0]],
    ['x{0}', 'y{0}', []],
    ['{0}', 'c', []],
    ['{0}', 'ab', [1]],
    ['a{0}', '{0}a', [1]],
    ['xx', 'xx', [0]],
  ])('of %s and %s differ: %j', (left, right, differing) => {
    expect(differingOf(left, right)).toEqual(differing)
  })

  it('are compared one by one', () => {
    const two: readonly ComparedMarks[] = [
      { left: 0, right: 0 },
      { left: 1, right: 1 },
    ]
    expect(differingOf('{0}-{1}', '{0}-{1}', two)).toEqual([0])
    // `aab` is `aa` and `b`, or `a` and `ab`.
    expect(differingOf('{0}{1}', '{0}{1}', two)).toEqual([0, 3])
    expect(differingOf('{0}-{1}*', '{0}-{1}*', two)).toEqual([0, 2])
    expect(differingOf('{0}*-{1}', '{0}*-{1}', two)).toEqual([0, 1])
    const crossed: readonly ComparedMarks[] = [
      { left: 0, right: 1 },
      { left: 1, right: 0 },
    ]
    expect(differingOf('{0}-{1}', '{1}-{0}', crossed)).toEqual([0])
    expect(differingOf('{0}-{1}', '{0}-{1}', crossed)).toEqual([3])
    expect(differingOf('{0}-{1}', '{0}-{1}', [{ left: 1, right: 1 }])).toEqual([0])
    expect(differingOf('{0}{2}', '{0}{2}', [{ left: 2, right: 2 }])).toEqual([0, 1])
    // A mark that is not compared does not matter.
    expect(differingOf('{0}{5}', '{0}{5}', [{ left: 0, right: 0 }])).toEqual([0, 1])
    expect(differingOf('{0}{1}', '{0}{1}', [])).toEqual([0])
  })
})

describe('the search', () => {
  // A state is a pair of positions together with what differs so far.
  it.each<[left: string, right: string, lengths: number[], differing: number[]]>([
    ['abcab{0}', '*c*', [6, 7], [1]],
    ['abcabc{0}', '*{0}', [7, 7, 8, 8], [0, 1]],
    ['aaaaaa', 'a*a*', [6], [0]],
    ['*a*a*', 'aaaaaaa', [7], [0]],
    ['{0}-{1}-ab', 'a-*', [6, 7], [1]],
    ['a-*', '{0}-{1}-ab', [6, 7], [1]],
  ])('of %s and %s follows all ways to read them', (left, right, lengths, differing) => {
    const found = share(left, right, SAME, 2)
    expect([...found.keys()].toSorted()).toEqual(differing)
    for (const texts of found.values())
      for (const text of texts) {
        expect(lengths).toContain(text.characters.length)
        expect(text.leftMarks).toHaveLength(text.characters.length)
        expect(text.characters.every((on) => on.length > 0)).toBe(true)
      }
  })

  it('finds each way to differ, also where one text of each is enough', () => {
    const templates = [
      ...['{0}*', '*{0}', '*{0}*', '{0}{1}', '{1}{0}', '{0}a{1}', 'a{0}*b', '{0}*{0}', '*a*{0}'],
      ...['{0}{0}', '*{1}*{0}', 'ab*', '{0}-{1}*', '*-{1}'],
    ]
    const two: readonly ComparedMarks[] = [
      { left: 0, right: 0 },
      { left: 1, right: 1 },
    ]
    for (const left of templates)
      for (const right of templates)
        for (const compared of [SAME, two]) {
          const found = differingOf(left, right, compared, 1)
          expect(found, `${left} and ${right}`).toEqual(differingOf(left, right, compared, 12))
        }
  })

  it('compares marks of which the others are fewer', () => {
    expect(differingOf('{0}{9}', '{9}{0}', [{ left: 9, right: 9 }])).toEqual([1])
    expect(differingOf('{9}', '{8}', [{ left: 9, right: 8 }])).toEqual([0])
    expect(differingOf('{9}', '{8}', [{ left: 0, right: 1 }])).toEqual([0])
    expect(differingOf('{1}', '{2}', [{ left: 1, right: 1 }])).toEqual([1])
    expect(differingOf('{1}', '{2}', [{ left: 2, right: 1 }])).toEqual([0])
  })
})

describe('the texts', () => {
  it('come with what each reading marks', () => {
    const [text] = share('x{0}', 'xa').get(1) ?? []
    expect(text).toEqual({
      characters: [rangesOf('x'), rangesOf('a')],
      leftMarks: [-1, 0],
      rightMarks: [-1, -1],
    })
    const [same] = share('{0}b', '{0}b').get(0) ?? []
    expect(same).toEqual({
      characters: [rangesOf('ab'), rangesOf('b')],
      leftMarks: [0, -1],
      rightMarks: [0, -1],
    })
  })

  it('are the shortest first, and at most so many of each kind', () => {
    const found = share('{0}*', '{0}*', SAME, 4)
    expect(lengthsOf(found.get(0))).toEqual([1, 2, 2, 3])
    expect(found.get(1)?.length).toBe(4)
    expect(lengthsOf(found.get(1))).toEqual(lengthsOf(found.get(1)).toSorted())
    expect(lengthsOf(found.get(1))[0]).toBe(2)
    expect(lengthsOf(share('{0}*', '{0}*', SAME, 1).get(0))).toEqual([1])
    expect(lengthsOf(share('{0}', '{0}', SAME, 9).get(0))).toEqual([1, 2])
  })

  it('end with a kind of which there are enough', () => {
    const all = { remaining: 100_000 }
    share('{0}*{0}*', '{0}*{0}*', SAME, 3, all)
    const few = { remaining: 100_000 }
    const found = share('{0}*{0}*', '{0}*{0}*', SAME, 3, few, (differing) => differing === 1)
    expect(found.get(1)).toHaveLength(3)
    expect(few.remaining).toBeGreaterThan(all.remaining)
    const none = share('{0}*', '{0}*', SAME, 3, { remaining: 100_000 }, () => false)
    expect([...none.keys()].toSorted()).toEqual([0, 1])
  })
})

describe('the limits', () => {
  it('are the steps of the budget', () => {
    const budget = { remaining: 100_000 }
    share('{0}*', '{0}*', SAME, 2, budget)
    const steps = 100_000 - budget.remaining
    expect(share('{0}*', '{0}*', SAME, 2, { remaining: steps }).size).toBe(2)
    expect(() => share('{0}*', '{0}*', SAME, 2, { remaining: steps - 1 })).toThrow(
      BudgetExceededError,
    )
  })

  it('are 20 marks', () => {
    const marks = (count: number) => Array.from({ length: count }, () => ({ left: 0, right: 0 }))
    expect([...share('{0}', '{0}', marks(20)).keys()]).toEqual([0])
    expect([...share('{0}', 'a', marks(20)).keys()]).toEqual([2 ** 20 - 1])
    expect(() => share('{0}', '{0}', marks(21))).toThrow(BudgetExceededError)
  })
})
