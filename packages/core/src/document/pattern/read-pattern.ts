/** Reads an attribute's pattern: which texts it matches, their length, and whether it is fast. */
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { POLICY_MARKS, SEPARATORS } from '../../policy/template.ts'
import { type CharacterSet, NAMEABLE, PatternError, setOf } from './character-set.ts'
import {
  DEFAULT_MAX_CHARACTERS,
  type Edit,
  measureAlternatives,
  type PatternContext,
} from './measure-part.ts'

export const DEFAULT_PATTERN = '[A-Za-z0-9._@+=|-]{1,128}'
const MAX_CHARACTERS = 256
const MAX_PATTERN_CHARACTERS = 1000
/** Three unbounded quantifiers in a row on the same characters reach this limit. */
const MAX_AMBIGUITY = DEFAULT_MAX_CHARACTERS ** 2 * 64
const FORBIDDEN = setOf(POLICY_MARKS)

export interface PatternAnalysis {
  /** The pattern without anchors, with `.` and negated classes written as positive classes. */
  readonly source: string
  /** In characters. */
  readonly maxLength: number
  /** Whether only `maxLength` limits the values, and not the pattern itself. */
  readonly isUnbounded: boolean
  readonly producible: CharacterSet
  /** Which of `/` and `:` the pattern names. */
  readonly separators: string
}

/** @returns the analysis, or what is wrong and what to write instead */
export function readPattern(
  pattern: string,
): PatternAnalysis | { readonly message: string; readonly hint: string } {
  try {
    if (pattern.length > MAX_PATTERN_CHARACTERS)
      throw new PatternError(
        `the pattern has more than ${MAX_PATTERN_CHARACTERS} characters`,
        'write a shorter one',
      )
    return analyzePattern(pattern)
  } catch (error) {
    if (error instanceof PatternError) return { message: error.message, hint: error.hint }
    const detail = error instanceof Error ? error.message : 'unknown error'
    return {
      message: `the pattern cannot be parsed: ${detail}`,
      hint: 'write a regular expression such as [a-z-]{1,32}',
    }
  }
}

function analyzePattern(pattern: string): PatternAnalysis {
  const tree = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(pattern, 0, pattern.length, {
    unicode: true,
  })
  const separators = [...SEPARATORS].filter((one) => namesCharacter(tree, one)).join('')
  const usable = NAMEABLE & ~FORBIDDEN & (~setOf(SEPARATORS) | setOf(separators))
  const context: PatternContext = { usable, edits: findOuterAnchors(tree) }
  const whole = measureAlternatives(tree.alternatives, context)
  if (!whole.matchable || whole.maxLength === 0)
    throw new PatternError(
      'the pattern matches no usable value',
      'write one that matches at least one character other than * ? $ { }',
    )
  if (whole.ambiguity > MAX_AMBIGUITY)
    throw new PatternError(
      'the pattern may backtrack catastrophically: ' +
        'too many adjacent parts match the same characters',
      'put a separator between them, or merge them into one part',
    )
  const isUnbounded = whole.maxLength === Number.POSITIVE_INFINITY
  const limit = isUnbounded ? DEFAULT_MAX_CHARACTERS : MAX_CHARACTERS
  if (whole.minLength > limit || (whole.maxLength > limit && !isUnbounded))
    throw new PatternError(
      `the pattern matches values of more than ${limit} characters`,
      `limit the length: {1,${limit}}`,
    )
  const source = applyEdits(pattern, context.edits)
  // Throws where the edits, or a difference between parser and engine, broke the pattern.
  new RegExp(`^(?:${source})$`, 'u')
  return {
    source,
    maxLength: Math.min(whole.maxLength, limit),
    isUnbounded,
    producible: whole.producible,
    separators,
  }
}

/** Removes `^` at the start and `$` at the end: the whole value must match in any case. */
function findOuterAnchors(tree: AST.Pattern): Edit[] {
  const [only, ...others] = tree.alternatives
  if (only === undefined || others.length > 0) return []
  return [only.elements[0], only.elements.at(-1)]
    .filter(
      (element, end) =>
        element?.type === 'Assertion' && element.kind === (end === 0 ? 'start' : 'end'),
    )
    .flatMap((element) => (element ? [{ start: element.start, end: element.end, text: '' }] : []))
}

function applyEdits(pattern: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, text: insert }) => text.slice(0, start) + insert + text.slice(end),
      pattern,
    )
}

/** Whether the pattern contains the character literally, or in a class that is not negated. */
function namesCharacter(node: AST.Node, character: string): boolean {
  switch (node.type) {
    case 'Character':
      return String.fromCodePoint(node.value) === character
    case 'CharacterClass':
      return (
        !node.negate &&
        node.elements.some(
          (element) => element.type === 'Character' && namesCharacter(element, character),
        )
      )
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.some((branch) => namesCharacter(branch, character))
    case 'Alternative':
      return node.elements.some((element) => namesCharacter(element, character))
    case 'Quantifier':
      return namesCharacter(node.element, character)
    default:
      return false
  }
}
