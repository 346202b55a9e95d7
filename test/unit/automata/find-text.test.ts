/** A shortest text that some automata accept and others do not. */
import { describe, expect, it } from 'vitest'
import {
  ANY_TEXT,
  buildAutomaton,
  literalText,
  ONE_CHARACTER,
  type RegularExpression,
} from '../../../packages/core/src/automata/automaton.ts'
import { BudgetExceededError } from '../../../packages/core/src/automata/budget.ts'
import {
  FIRST_SYMBOL,
  rangesOf,
  singleCharacter,
} from '../../../packages/core/src/automata/character-ranges.ts'
import { findText } from '../../../packages/core/src/automata/find-text.ts'

/** A symbol, whose text is not known. */
const SYMBOL = '$'

/** `*`, `?`, and `[ab]` for one of two characters. */
function patternOf(pattern: string): RegularExpression {
  const parts = [...pattern.matchAll(/\[(.+?)\]|./gsu)].map(([one, set]): RegularExpression => {
    if (set !== undefined) return { kind: 'characters', on: rangesOf(set) }
    if (one === SYMBOL) return { kind: 'characters', on: singleCharacter(FIRST_SYMBOL) }
    return one === '*' ? ANY_TEXT : one === '?' ? ONE_CHARACTER : literalText(one)
  })
  return { kind: 'sequence', parts }
}

function find(
  inside: readonly string[],
  outside: readonly string[],
  budget = { remaining: 10_000 },
) {
  const automata = (patterns: readonly string[]) =>
    patterns.map((pattern) => buildAutomaton(patternOf(pattern)))
  const found = findText({ inside: automata(inside), outside: automata(outside) }, budget)
  return found
    ?.map((code) => (code === FIRST_SYMBOL ? SYMBOL : String.fromCodePoint(code)))
    .join('')
}

describe('the text', () => {
  it.each<[inside: string[], outside: string[], text: string]>([
    [['abc'], [], 'abc'],
    [['*'], [], ''],
    [['*'], [''], 'a'],
    [['*'], ['', '?'], 'aa'],
    [['a*c'], ['ac'], 'aac'],
    [['a*', '*c'], [], 'ac'],
    [['a*', '*c', '*b*'], [], 'abc'],
    [['a*'], ['a*b', 'a'], 'aa'],
    [['[ab]'], ['a'], 'b'],
    [['[ab]', '[bc]'], [], 'b'],
    [['[abc]x'], ['ax', 'cx'], 'bx'],
    [['[abc]x'], ['[ab]?'], 'cx'],
    [['?'], ['[a-z]', 'b'], 'c'],
    [['?', '[bc]'], ['b'], 'c'],
    [['*ab'], ['?ab', 'ab'], 'bbab'],
    [['*'], ['*a*', ''], 'b'],
    [['?'], ['[abcdefghijklmnopqrstuvwxyz]'], '0'],
    // No way to read it may be accepted.
    [['a?'], ['[ab]b', 'aa'], 'ac'],
    [['*x'], ['[ab]x', '[bc]x', 'x', '[xd]x'], 'ex'],
    // A wildcard of any length contains symbols, but names none.
    [['a*'], ['a'], 'aa'],
    [['a$'], [], 'a$'],
    [['*', 'a$'], [], 'a$'],
    [['a*'], ['a', 'a?'], 'aaa'],
    [['a$'], ['a?'], 'a$'],
    [['[ab]$'], ['a*'], 'b$'],
    // The first range of the set contains only some of the characters.
    [['[ac]'], ['[ab]'], 'c'],
    [['[ac]x'], ['[abd]x'], 'cx'],
    [['[bc]'], ['[abd]'], 'c'],
  ])('that %j accept and %j do not is %s', (inside, outside, text) => {
    expect(find(inside, outside)).toBe(text)
  })

  it.each<[inside: string[], outside: string[]]>([
    [['a'], ['a']],
    [['a'], ['?']],
    [['a'], ['*']],
    [['a', 'b'], []],
    [['a*', '*b'], ['a*b']],
    [['[ab]'], ['a', 'b']],
    [['[abc]x'], ['[ab]x', '[bc]x']],
    [['a$'], ['a*']],
    [['a?', 'a$'], []],
    [['*'], ['', '?', '??', '???*']],
    [['?*'], ['[ab]*', 'c*', '?*']],
  ])('that %j accept and %j do not does not exist', (inside, outside) => {
    expect(find(inside, outside)).toBeUndefined()
  })

  it('names no symbol that no pattern names', () => {
    const on = [0x61, 0x61, FIRST_SYMBOL, Number.MAX_SAFE_INTEGER]
    const inside = [buildAutomaton({ kind: 'characters', on })]
    const budget = { remaining: 1000 }
    expect(findText({ inside, outside: [] }, budget)).toEqual([0x61])
    const outside = [buildAutomaton(literalText('a'))]
    expect(findText({ inside, outside }, budget)).toBeUndefined()
  })

  it('is any text where nothing is required', () => {
    expect(findText({ inside: [], outside: [] }, { remaining: 0 })).toEqual([])
  })
})

describe('the steps', () => {
  it('are at most those of the budget', () => {
    const budget = { remaining: 10_000 }
    expect(find(['*ab'], ['?ab', 'ab'], budget)).toBe('bbab')
    const steps = 10_000 - budget.remaining
    // Each automaton and each distinction of characters costs steps.
    const alone = { remaining: 10_000 }
    find(['????'], [], alone)
    expect(10_000 - alone.remaining).toBe(4)
    const refused = { remaining: 10_000 }
    find(['a'], ['b'], refused)
    expect(10_000 - refused.remaining).toBe(2)
    const distinguished = { remaining: 10_000 }
    find(['?'], ['[abc]', 'b'], distinguished)
    expect(10_000 - distinguished.remaining).toBeGreaterThan(1 + 1 + 1 + 6)
    expect(find(['*ab'], ['?ab', 'ab'], { remaining: steps })).toBe('bbab')
    expect(() => find(['*ab'], ['?ab', 'ab'], { remaining: steps - 1 })).toThrow(
      BudgetExceededError,
    )
  })

  it('are few where the ways to read a text lead to the same positions', () => {
    const star = (on: string): RegularExpression => ({
      ...{ kind: 'repeat', min: 0, max: Number.POSITIVE_INFINITY },
      part: { kind: 'characters', on: rangesOf(on) },
    })
    const loop: RegularExpression = {
      ...{ kind: 'repeat', min: 0, max: Number.POSITIVE_INFINITY },
      part: { kind: 'sequence', parts: [star('x'), star('xy')] },
    }
    const budget = { remaining: 10_000 }
    const inside = [buildAutomaton(star('xy'))]
    expect(findText({ inside, outside: [buildAutomaton(loop)] }, budget)).toBeUndefined()
    expect(10_000 - budget.remaining).toBe(20)
  })

  it.each<[inside: string[], outside: string[], most: number]>([
    // Nothing more is followed where two of them have no character in common.
    [['a', 'b', 'c'], [], 2],
    // Characters that are all in a set are not distinguished by it.
    [['[bc]'], ['[abcd]'], 2],
    [['[bc]'], ['[abc]'], 2],
    [['[bc]'], ['[bcd]'], 2],
    [['abc'], ['abc'], 8],
    [['a*c'], ['a*c'], 40],
    [['*'], ['*'], 10],
    [['*a*', '*b*'], ['*a*b*', '*b*a*'], 3400],
    [['[ab][ab][ab][ab]'], ['a???', 'b???'], 40],
  ])('of %j and %j are few', (inside, outside, most) => {
    const budget = { remaining: 10_000 }
    find(inside, outside, budget)
    expect(10_000 - budget.remaining).toBeLessThanOrEqual(most)
  })
})
