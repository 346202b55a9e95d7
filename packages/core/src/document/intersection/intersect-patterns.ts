/** The texts that two patterns with wildcards both match, as a list of patterns. */
import { type Budget, spend } from '../../automata/budget.ts'
import { InexactIntersectionError } from './inexact-intersection.ts'
import { isSymbol, type PatternToken, writePattern } from './pattern-token.ts'

export type TokenPattern = readonly PatternToken[]

/** Of one pair of patterns, before those are removed that others cover. */
const MAX_PATTERNS = 256
/** Pairs of characters that cost one step, or characters that are copied. */
const CHARACTERS_PER_STEP = 8

/**
 * Exact: each text of both patterns is in one of the results, and each text of a result is in both.
 * There are finitely many, because only the order matters in which the fixed parts follow one
 * another, and how far they overlap. A symbol equals itself only, and a `*` matches it as a whole.
 * @throws {InexactIntersectionError} where there are too many
 * @throws {BudgetExceededError}
 */
export function intersectPatterns(
  left: TokenPattern,
  right: TokenPattern,
  budget: Budget,
): TokenPattern[] {
  if (coversPattern(right, left, budget)) return [left]
  if (coversPattern(left, right, budget)) return [right]
  return withoutCovered(commonPatterns(left, right, budget), budget)
}

/**
 * Whether each text of `inner` is in `outer`, with symbols as above.
 * @throws {BudgetExceededError}
 */
export function coversPattern(outer: TokenPattern, inner: TokenPattern, budget: Budget): boolean {
  const star = outer.findIndex(({ kind }) => kind === 'any')
  const fixed = star === -1 ? outer.length : star
  spend(budget, 1 + Math.floor(fixed / CHARACTERS_PER_STEP))
  // Of patterns that begin differently, the rest does not matter.
  if (!outer.slice(0, fixed).every((token, at) => isNarrowerToken(inner[at], token))) return false
  return coversRest(outer.slice(fixed), inner.slice(fixed), budget)
}

/** Goes through both from their ends, so that each pair of rests is decided once. */
function coversRest(outer: TokenPattern, inner: TokenPattern, budget: Budget): boolean {
  let covered: readonly boolean[] = []
  for (let outerAt = outer.length; outerAt >= 0; outerAt--) {
    spend(budget, Math.ceil(inner.length / CHARACTERS_PER_STEP))
    const expected = outer[outerAt]
    const row: boolean[] = []
    for (let innerAt = inner.length; innerAt >= 0; innerAt--) {
      const found = inner[innerAt]
      if (expected === undefined) row[innerAt] = found === undefined
      else if (expected.kind === 'any')
        row[innerAt] = covered[innerAt] === true || row[innerAt + 1] === true
      else row[innerAt] = isNarrowerToken(found, expected) && covered[innerAt + 1] === true
    }
    covered = row
  }
  return covered[0] === true
}

/**
 * Those that no other one covers; of two that cover one another, the first.
 * @throws {BudgetExceededError}
 */
export function withoutCovered(patterns: readonly TokenPattern[], budget: Budget): TokenPattern[] {
  const kept: TokenPattern[] = []
  for (const pattern of patterns) {
    if (kept.some((other) => coversPattern(other, pattern, budget))) continue
    const others = kept.filter((other) => !coversPattern(pattern, other, budget))
    kept.splice(0, kept.length, ...others, pattern)
  }
  return kept
}

function commonPatterns(
  left: TokenPattern,
  right: TokenPattern,
  budget: Budget,
): readonly TokenPattern[] {
  const beginning: PatternToken[] = []
  for (;;) {
    const [one, other] = [left[beginning.length], right[beginning.length]]
    if (!one || !other || one.kind === 'any' || other.kind === 'any') break
    const both = commonToken(one, other)
    if (both === undefined) return []
    beginning.push(both)
  }
  const [leftRest, rightRest] = [left.slice(beginning.length), right.slice(beginning.length)]
  return commonRests(leftRest, rightRest, budget).map((rest) => [...beginning, ...rest])
}

function commonRests(
  left: TokenPattern,
  right: TokenPattern,
  budget: Budget,
): readonly TokenPattern[] {
  let below: (readonly TokenPattern[])[] = []
  for (let leftAt = left.length; leftAt >= 0; leftAt--) {
    const row: (readonly TokenPattern[])[] = []
    for (let rightAt = right.length; rightAt >= 0; rightAt--) {
      const rest: Rest = (fromLeft, fromRight) =>
        (fromLeft === 1 ? below : row)[rightAt + fromRight] ?? []
      const found = unique(continuations(left[leftAt], right[rightAt], rest))
      if (found.length > MAX_PATTERNS)
        throw new InexactIntersectionError(
          `${writePattern(left)} and ${writePattern(right)} have too many wildcards in common`,
          'use fewer wildcards in one of them',
        )
      const tokens = found.reduce((sum, { length }) => sum + length, 0)
      spend(budget, 1 + Math.floor(tokens / CHARACTERS_PER_STEP))
      row[rightAt] = found
    }
    below = row
  }
  return below[0] ?? []
}

/** What both have in common after none or one more token of each. */
type Rest = (fromLeft: 0 | 1, fromRight: 0 | 1) => readonly TokenPattern[]

/** What texts of both begin with, and how they continue. */
function continuations(
  left: PatternToken | undefined,
  right: PatternToken | undefined,
  rest: Rest,
): readonly TokenPattern[] {
  if (left === undefined && right === undefined) return [[]]
  if (left?.kind === 'any' && right?.kind === 'any')
    return [...after(left, rest(1, 0)), ...after(left, rest(0, 1))]
  if (left?.kind === 'any') return [...rest(1, 0), ...(right ? after(right, rest(0, 1)) : [])]
  if (right?.kind === 'any') return [...rest(0, 1), ...(left ? after(left, rest(1, 0)) : [])]
  const both = left && right && commonToken(left, right)
  return both ? after(both, rest(1, 1)) : []
}

/** @returns the narrower of two tokens that are no `*`; undefined: no text begins with both */
function commonToken(left: PatternToken, right: PatternToken): PatternToken | undefined {
  if (isSymbol(left) || isSymbol(right))
    return isSymbol(left) && isSymbol(right) && left.name === right.name ? right : undefined
  if (left.kind === 'one') return right
  if (right.kind === 'one') return left
  if (left.kind !== 'character' || right.kind !== 'character') return undefined
  return left.character === right.character ? right : undefined
}

function isNarrowerToken(inner: PatternToken | undefined, outer: PatternToken): boolean {
  return inner !== undefined && inner.kind !== 'any' && commonToken(outer, inner) === inner
}

/** `**` is `*`, and `*?` is `?*`, so that equal patterns are written alike. */
function after(token: PatternToken, rests: readonly TokenPattern[]): readonly TokenPattern[] {
  if (token.kind !== 'any') return rests.map((rest) => [token, ...rest])
  return rests.map((rest) => {
    const end = rest.findIndex(({ kind }) => kind !== 'one')
    const ones = end === -1 ? rest.length : end
    return rest[ones]?.kind === 'any' ? rest : [...rest.slice(0, ones), token, ...rest.slice(ones)]
  })
}

function unique(patterns: readonly TokenPattern[]): readonly TokenPattern[] {
  return [...new Map(patterns.map((pattern) => [writePattern(pattern), pattern])).values()]
}
