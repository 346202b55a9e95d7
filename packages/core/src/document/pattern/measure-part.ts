/** Measures each part of a pattern: which texts it matches, and how ambiguously. */
import type { AST } from '@eslint-community/regexpp'
import {
  type CharacterSet,
  characterClassOf,
  characterSetOf,
  EMPTY,
  PatternError,
} from './character-set.ts'

/** Longest value of a pattern without a limit of its own, in characters. */
export const DEFAULT_MAX_CHARACTERS = 128

export interface PatternPart {
  /** Whether the part matches any text of usable characters. */
  readonly matchable: boolean
  /** In characters. */
  readonly minLength: number
  readonly maxLength: number
  readonly producible: CharacterSet
  /** Characters with which a matching text may begin. */
  readonly first: CharacterSet
  /**
   * Characters that may lengthen a matching text. Where the next part may begin with one of them,
   * the engine can move the border between the two parts.
   */
  readonly extension: CharacterSet
  /**
   * In how many ways the part may match one text, at most; 1: it is unambiguous. A backtracking
   * engine may try them all before it fails.
   */
  readonly ambiguity: number
}

/** Replaces a piece of the pattern's source. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface PatternContext {
  /** What a value may contain: no wildcard, and a separator only where the pattern names it. */
  readonly usable: CharacterSet
  /** Begins with the removal of the outer anchors; each wide atom adds its own replacement. */
  readonly edits: Edit[]
}

const EMPTY_PART: PatternPart = {
  matchable: true,
  minLength: 0,
  maxLength: 0,
  producible: EMPTY,
  first: EMPTY,
  extension: EMPTY,
  ambiguity: 1,
}

/** @throws {PatternError} for syntax that is not available, or a repetition that is ambiguous */
export function measureAlternatives(
  branches: readonly AST.Alternative[],
  context: PatternContext,
): PatternPart {
  const parts = branches
    .map((branch) => measureSequence(branch.elements, context))
    .filter((part) => part.matchable)
  if (parts.length === 0) return { ...EMPTY_PART, matchable: false }
  const union = (pick: (part: PatternPart) => CharacterSet) =>
    parts.reduce((set, part) => set | pick(part), EMPTY)
  const matchesEmpty = parts.some(({ minLength }) => minLength === 0)
  const overlaps = parts.some((a, index) =>
    parts
      .slice(index + 1)
      .some((b) => (a.first & b.first) !== EMPTY || (a.minLength === 0 && b.minLength === 0)),
  )
  const ambiguities = parts.map((part) => part.ambiguity)
  return {
    matchable: true,
    minLength: Math.min(...parts.map((part) => part.minLength)),
    maxLength: Math.max(...parts.map((part) => part.maxLength)),
    producible: union((part) => part.producible),
    first: union((part) => part.first),
    extension: union((part) => part.extension | (matchesEmpty ? part.first : EMPTY)),
    ambiguity: overlaps
      ? ambiguities.reduce((sum, count) => sum + count, 0)
      : Math.max(...ambiguities),
  }
}

function measureSequence(elements: readonly AST.Element[], context: PatternContext): PatternPart {
  return elements.reduce((before, element) => {
    const part = measureElement(element, context)
    const isBorderFixed = (before.extension & part.first) === EMPTY
    return {
      matchable: before.matchable && part.matchable,
      minLength: before.minLength + part.minLength,
      maxLength: before.maxLength + part.maxLength,
      producible: before.producible | part.producible,
      first: before.first | (before.minLength === 0 ? part.first : EMPTY),
      extension: part.extension | (part.minLength === 0 ? before.extension : EMPTY),
      ambiguity: before.ambiguity * part.ambiguity * (isBorderFixed ? 1 : DEFAULT_MAX_CHARACTERS),
    }
  }, EMPTY_PART)
}

function measureElement(element: AST.Element, context: PatternContext): PatternPart {
  switch (element.type) {
    case 'Assertion':
      if (context.edits.some(({ start, text }) => start === element.start && text === ''))
        return EMPTY_PART
      throw element.kind === 'start' || element.kind === 'end'
        ? new PatternError(
            '^ and $ are allowed only at the ends',
            'remove them: the whole value must match anyway',
          )
        : new PatternError(
            'lookaround and \\b are not available in patterns',
            'describe the value itself',
          )
    case 'Group':
      if (element.modifiers)
        throw new PatternError(
          'modifiers are not available in patterns',
          'write both cases: [A-Za-z]',
        )
      return measureAlternatives(element.alternatives, context)
    case 'CapturingGroup':
      if (element.name !== null)
        throw new PatternError('named groups are not available in patterns', 'write (?:…)')
      return measureAlternatives(element.alternatives, context)
    case 'Backreference':
      throw new PatternError(
        'backreferences are not available in patterns',
        'describe the value itself',
      )
    case 'Quantifier':
      return measureRepetition(element, context)
    default:
      return measureCharacter(element, context)
  }
}

function measureRepetition(element: AST.Quantifier, context: PatternContext): PatternPart {
  const part = measureElement(element.element, context)
  const { min, max } = element
  if (max === 0 || (!part.matchable && min === 0)) return EMPTY_PART
  const isAmbiguous =
    part.minLength === 0 || part.ambiguity > 1 || (part.extension & part.first) !== EMPTY
  if (max > 1 && isAmbiguous)
    throw new PatternError(
      `the repeated group ${element.raw} can match one text in many ways ` +
        'and may backtrack catastrophically',
      'begin each repetition with a separator that is nowhere else in it: [a-z]+(-[a-z]+)*',
    )
  return {
    ...part,
    minLength: part.minLength * min,
    maxLength: part.maxLength * max,
    extension: part.extension | (min === max ? EMPTY : part.first),
  }
}

function measureCharacter(element: AST.Element, context: PatternContext): PatternPart {
  const set = characterSetOf(element) & context.usable
  const isWide =
    (element.type === 'CharacterSet' && element.kind === 'any') ||
    (element.type === 'CharacterClass' && element.negate)
  if (isWide && set !== EMPTY)
    context.edits.push({ start: element.start, end: element.end, text: characterClassOf(set) })
  return {
    matchable: set !== EMPTY,
    minLength: 1,
    maxLength: 1,
    producible: set,
    first: set,
    extension: EMPTY,
    ambiguity: 1,
  }
}
