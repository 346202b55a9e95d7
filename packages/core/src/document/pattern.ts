/** Reads an attribute's pattern: what it can match, how long that is, and that matching it is quick. */
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import {
  type CharacterSet,
  charactersOf,
  EMPTY,
  FORBIDDEN,
  isPrintable,
  PRINTABLE,
  setOf,
} from './character-set.ts'
import { characterSetOf, escapeForClass, PatternFault } from './pattern-characters.ts'

export const DEFAULT_PATTERN = '[A-Za-z0-9._@+=|-]{1,128}'
/** Cap for patterns without a bound of their own. */
const UNBOUNDED_CHARACTERS = 128
const MAX_CHARACTERS = 256
const MAX_PATTERN_CHARACTERS = 1000
/** Ways to share a text out that a failing match may try: three free quantifiers in a row are at the limit. */
const MAX_WAYS = UNBOUNDED_CHARACTERS ** 2 * 64

export interface PatternFacts {
  /** Without anchors, and with `.` and negated classes written out as the characters that a value may hold. */
  readonly source: string
  readonly maxLength: number
  readonly producible: CharacterSet
  readonly separators: string
}

/** What can be matched by a part of the pattern, and how. */
interface Part {
  readonly possible: boolean
  readonly min: number
  readonly max: number
  readonly producible: CharacterSet
  /** What it may begin with. */
  readonly first: CharacterSet
  /** What may go on with a text that matches already: where the next part begins so, the border is not clear. */
  readonly extend: CharacterSet
  /** How many ways there are to match one text. */
  readonly ways: number
}

const NOTHING: Part = {
  possible: true,
  min: 0,
  max: 0,
  producible: EMPTY,
  first: EMPTY,
  extend: EMPTY,
  ways: 1,
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Context {
  /** What a value may hold: printable, never a wildcard, and a separator only where the pattern names it. */
  readonly usable: CharacterSet
  readonly edits: Edit[]
}

/** @returns the facts, or what is wrong and what to write instead */
export function readPattern(
  pattern: string,
): PatternFacts | { readonly message: string; readonly hint: string } {
  try {
    if (pattern.length > MAX_PATTERN_CHARACTERS)
      throw new PatternFault('the pattern is longer than 1,000 characters', 'write a shorter one')
    return analyze(pattern)
  } catch (error) {
    if (error instanceof PatternFault) return { message: error.message, hint: error.hint }
    const words = error instanceof Error ? error.message : 'unknown'
    return {
      message: `the pattern cannot be read: ${words}`,
      hint: 'write a regular expression such as [a-z-]{1,32}',
    }
  }
}

function analyze(pattern: string): PatternFacts {
  const tree = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(pattern, 0, pattern.length, {
    unicode: true,
  })
  const separators = [...'/:'].filter((separator) => names(tree, separator)).join('')
  const unnamed = setOf([...'/:'].filter((separator) => !separators.includes(separator)).join(''))
  const context: Context = { usable: PRINTABLE & ~FORBIDDEN & ~unnamed, edits: dropAnchors(tree) }
  const part = alternatives(tree.alternatives, context)
  if (!part.possible || part.max === 0)
    throw new PatternFault(
      'the pattern matches no usable value',
      'write one that matches at least one character',
    )
  if (part.ways > MAX_WAYS)
    throw new PatternFault(
      'the pattern can take very long to fail: too many neighbouring parts match the same characters',
      'put a separator between them, or make them one part',
    )
  const limit = part.max === Number.POSITIVE_INFINITY ? UNBOUNDED_CHARACTERS : MAX_CHARACTERS
  if (part.min > limit || (part.max > limit && limit === MAX_CHARACTERS))
    throw new PatternFault(
      `the pattern matches values of more than ${limit} characters`,
      `bound it: {1,${limit}}`,
    )
  const source = applyEdits(pattern, context.edits)
  new RegExp(`^(?:${source})$`, 'u')
  return { source, maxLength: Math.min(part.max, limit), producible: part.producible, separators }
}

function dropAnchors(tree: AST.Pattern): Edit[] {
  const only = tree.alternatives[0]
  if (only === undefined || tree.alternatives.length > 1) return []
  return [only.elements[0], only.elements.at(-1)]
    .filter(
      (element, end) =>
        element?.type === 'Assertion' && element.kind === (end === 0 ? 'start' : 'end'),
    )
    .flatMap((element) => (element ? [{ start: element.start, end: element.end, text: '' }] : []))
}

function alternatives(branches: readonly AST.Alternative[], context: Context): Part {
  const parts = branches
    .map((branch) => sequence(branch.elements, context))
    .filter((part) => part.possible)
  if (parts.length === 0) return { ...NOTHING, possible: false }
  const union = (pick: (part: Part) => CharacterSet) =>
    parts.reduce((set, part) => set | pick(part), EMPTY)
  const overlaps = parts.some((a, i) =>
    parts.slice(i + 1).some((b) => (a.first & b.first) !== EMPTY || (a.min === 0 && b.min === 0)),
  )
  const ways = parts.map((part) => part.ways)
  return {
    possible: true,
    min: Math.min(...parts.map((part) => part.min)),
    max: Math.max(...parts.map((part) => part.max)),
    producible: union((part) => part.producible),
    first: union((part) => part.first),
    extend: union(
      (part) => part.extend | (parts.some(({ min }) => min === 0) ? part.first : EMPTY),
    ),
    ways: overlaps ? ways.reduce((sum, count) => sum + count, 0) : Math.max(...ways),
  }
}

function sequence(elements: readonly AST.Element[], context: Context): Part {
  return elements.reduce((before, element) => {
    const part = single(element, context)
    const clear = (before.extend & part.first) === EMPTY
    return {
      possible: before.possible && part.possible,
      min: before.min + part.min,
      max: before.max + part.max,
      producible: before.producible | part.producible,
      first: before.first | (before.min === 0 ? part.first : EMPTY),
      extend: part.extend | (part.min === 0 ? before.extend : EMPTY),
      ways: before.ways * part.ways * (clear ? 1 : UNBOUNDED_CHARACTERS),
    }
  }, NOTHING)
}

function single(element: AST.Element, context: Context): Part {
  switch (element.type) {
    case 'Assertion':
      if (context.edits.some(({ start, text }) => start === element.start && text === ''))
        return NOTHING
      throw element.kind === 'start' || element.kind === 'end'
        ? new PatternFault(
            '^ and $ may stand at the ends only',
            'leave them out: the whole value must match anyway',
          )
        : new PatternFault(
            'lookaround and \\b are not available',
            'write out what the value looks like',
          )
    case 'Group':
      if (element.modifiers)
        throw new PatternFault('modifiers are not available', 'write both cases: [A-Za-z]')
      return alternatives(element.alternatives, context)
    case 'CapturingGroup':
      if (element.name !== null)
        throw new PatternFault('named groups are not available', 'write (?:…)')
      return alternatives(element.alternatives, context)
    case 'Backreference':
      throw new PatternFault(
        'backreferences are not available',
        'write out what the value looks like',
      )
    case 'Quantifier':
      return repeated(element, context)
    default:
      return characters(element, context)
  }
}

function repeated(element: AST.Quantifier, context: Context): Part {
  const part = single(element.element, context)
  const { min, max } = element
  if (max === 0 || (!part.possible && min === 0)) return NOTHING
  if (max > 1 && (part.min === 0 || part.ways > 1 || (part.extend & part.first) !== EMPTY))
    throw new PatternFault(
      `the repeated group ${element.raw} can match one text in many ways, which can take for ever to fail`,
      'begin each round with a separator that stands nowhere else in it: [a-z]+(-[a-z]+)*',
    )
  return {
    ...part,
    min: part.min * min,
    max: part.max * max,
    extend: part.extend | (min === max ? EMPTY : part.first),
  }
}

function characters(element: AST.Element, context: Context): Part {
  const set = characterSetOf(element) & context.usable
  const rewritten =
    (element.type === 'CharacterSet' && element.kind === 'any') ||
    (element.type === 'CharacterClass' && element.negate)
  if (rewritten && set !== EMPTY)
    context.edits.push({
      start: element.start,
      end: element.end,
      text: `[${escapeForClass(charactersOf(set))}]`,
    })
  return {
    possible: set !== EMPTY,
    min: 1,
    max: 1,
    producible: set,
    first: set,
    extend: EMPTY,
    ways: 1,
  }
}

function applyEdits(pattern: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, text: insert }) => text.slice(0, start) + insert + text.slice(end),
      pattern,
    )
}

/** Whether the pattern names a character itself: as a literal or a member of a class that is not negated. */
function names(node: AST.Node, character: string): boolean {
  switch (node.type) {
    case 'Character':
      return isPrintable(node.value) && String.fromCharCode(node.value) === character
    case 'CharacterClass':
      return (
        !node.negate &&
        node.elements.some((element) => element.type === 'Character' && names(element, character))
      )
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.some((branch) => names(branch, character))
    case 'Alternative':
      return node.elements.some((element) => names(element, character))
    case 'Quantifier':
      return names(node.element, character)
    default:
      return false
  }
}
