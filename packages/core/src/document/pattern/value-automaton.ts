/** The exact set of values that an attribute may have, as an automaton. */
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import {
  type Automaton,
  buildAutomaton,
  EMPTY_TEXT,
  type RegularExpression,
} from '../../automata/automaton.ts'
import { type Budget, spend } from '../../automata/budget.ts'
import {
  ANY_CHARACTER,
  type CharacterRanges,
  rangesOf,
  subtractRanges,
} from '../../automata/character-ranges.ts'
import { intersectAutomata } from '../../automata/intersection.ts'
import { POLICY_MARKS, SEPARATORS } from '../../policy/template.ts'
import { characterSetOf, charactersOf } from './character-set.ts'
import type { PatternAnalysis } from './read-pattern.ts'

/**
 * Accepts exactly the values that `findProblem` accepts for the pattern.
 * @throws {TooManyStatesError | BudgetExceededError}
 */
export function valueAutomaton(pattern: PatternAnalysis, budget?: Budget): Automaton {
  const { source, separators, maxLength, isUnbounded } = pattern
  if (budget) spend(budget, source.length)
  const tree = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source, 0, source.length, {
    unicode: true,
  })
  const refused = [...POLICY_MARKS, ...SEPARATORS].filter((one) => !separators.includes(one))
  const usable = subtractRanges(ANY_CHARACTER, rangesOf(refused.join('')))
  const matching = buildAutomaton(expressionOf(tree.alternatives), budget)
  const allowed = intersectAutomata(matching, buildAutomaton(segmentsOf(usable)), budget)
  return isUnbounded ? intersectAutomata(allowed, atMost(maxLength), budget) : allowed
}

function expressionOf(branches: readonly AST.Alternative[]): RegularExpression {
  return {
    kind: 'choice',
    options: branches.map(({ elements }) => ({
      kind: 'sequence',
      parts: elements.map(expressionOfElement),
    })),
  }
}

/** The pattern has been read before, so it contains nothing else. */
function expressionOfElement(element: AST.Element): RegularExpression {
  switch (element.type) {
    case 'Assertion':
      return EMPTY_TEXT
    case 'Group':
    case 'CapturingGroup':
      return expressionOf(element.alternatives)
    case 'Quantifier':
      return {
        kind: 'repeat',
        part: expressionOfElement(element.element),
        min: element.min,
        max: element.max,
      }
    default:
      return { kind: 'characters', on: rangesOf(charactersOf(characterSetOf(element))) }
  }
}

/**
 * One or more segments with a slash between them, none of which is empty, `.` or `..`. Written so
 * that each character leads to one state: the proof need not search where all automata are so.
 */
function segmentsOf(usable: CharacterRanges): RegularExpression {
  const inSegment = subtractRanges(usable, rangesOf('/'))
  const one = (on: CharacterRanges): RegularExpression => ({ kind: 'characters', on })
  const many = (on: CharacterRanges): RegularExpression => repeated(one(on), 0)
  const dot = one(rangesOf('.'))
  const notDot = one(subtractRanges(inSegment, rangesOf('.')))
  const segment: RegularExpression = {
    kind: 'choice',
    options: [
      sequence(notDot, many(inSegment)),
      sequence(dot, {
        kind: 'choice',
        options: [
          sequence(notDot, many(inSegment)),
          sequence(dot, one(inSegment), many(inSegment)),
        ],
      }),
    ],
  }
  return sequence(segment, repeated(sequence(one(rangesOf('/')), segment), 0))
}

function atMost(characters: number): Automaton {
  return buildAutomaton({
    kind: 'repeat',
    part: { kind: 'characters', on: ANY_CHARACTER },
    min: 0,
    max: characters,
  })
}

function sequence(...parts: readonly RegularExpression[]): RegularExpression {
  return { kind: 'sequence', parts }
}

function repeated(part: RegularExpression, min: number): RegularExpression {
  return { kind: 'repeat', part, min, max: Number.POSITIVE_INFINITY }
}
