/** The texts that two patterns with wildcards both match, as a list of patterns. */
import { InexactIntersectionError } from './inexact-intersection.ts'
import { isSymbol, type PatternToken, writePattern } from './pattern-token.ts'

export type TokenPattern = readonly PatternToken[]

/** Of one pair of patterns, before those are removed that others cover. */
const MAX_PATTERNS = 256

/**
 * Exact: each text of both patterns is in one of the results, and each text of a result is in both.
 * There are finitely many, because only the order matters in which the fixed parts follow one
 * another, and how far they overlap. A symbol equals itself only, and a `*` matches it as a whole.
 * @throws {InexactIntersectionError} where there are too many
 */
export function intersectPatterns(left: TokenPattern, right: TokenPattern): TokenPattern[] {
  if (coversPattern(right, left)) return [left]
  if (coversPattern(left, right)) return [right]
  return withoutCovered(commonPatterns(left, right))
}

/** Whether each text of `inner` is in `outer`, with symbols as above. */
export function coversPattern(outer: TokenPattern, inner: TokenPattern): boolean {
  // Whether the rest of `outer` covers each rest of `inner`, from the ends of both.
  let covered: readonly boolean[] = []
  for (let outerAt = outer.length; outerAt >= 0; outerAt--) {
    const expected = outer[outerAt]
    const row: boolean[] = []
    for (let innerAt = inner.length; innerAt >= 0; innerAt--) {
      const found = inner[innerAt]
      if (expected === undefined) row[innerAt] = found === undefined
      else if (expected.kind === 'any')
        row[innerAt] = covered[innerAt] === true || row[innerAt + 1] === true
      else
        row[innerAt] =
          found !== undefined &&
          found.kind !== 'any' &&
          commonToken(expected, found) === found &&
          covered[innerAt + 1] === true
    }
    covered = row
  }
  return covered[0] === true
}

/** Those that no other one covers; of two that cover one another, the first. */
export function withoutCovered(patterns: readonly TokenPattern[]): TokenPattern[] {
  const kept: TokenPattern[] = []
  for (const pattern of patterns) {
    if (kept.some((other) => coversPattern(other, pattern))) continue
    const others = kept.filter((other) => !coversPattern(pattern, other))
    kept.splice(0, kept.length, ...others, pattern)
  }
  return kept
}

function commonPatterns(left: TokenPattern, right: TokenPattern): readonly TokenPattern[] {
  const beginning: PatternToken[] = []
  for (;;) {
    const [one, other] = [left[beginning.length], right[beginning.length]]
    if (!one || !other || one.kind === 'any' || other.kind === 'any') break
    const both = commonToken(one, other)
    if (both === undefined) return []
    beginning.push(both)
  }
  const [leftRest, rightRest] = [left.slice(beginning.length), right.slice(beginning.length)]
  return commonRests(leftRest, rightRest).map((rest) => [...beginning, ...rest])
}

/** Goes through both from their ends, so that each pair of rests is decided once. */
function commonRests(left: TokenPattern, right: TokenPattern): readonly TokenPattern[] {
  let below: (readonly TokenPattern[])[] = []
  for (let leftAt = left.length; leftAt >= 0; leftAt--) {
    const row: (readonly TokenPattern[])[] = []
    for (let rightAt = right.length; rightAt >= 0; rightAt--) {
      const rest: Rest = (fromLeft, fromRight) =>
        (fromLeft === 1 ? below : row)[rightAt + fromRight] ?? []
      row[rightAt] = unique(continuations(left[leftAt], right[rightAt], rest))
      if ((row[rightAt]?.length ?? 0) > MAX_PATTERNS)
        throw new InexactIntersectionError(
          `${writePattern(left)} and ${writePattern(right)} have too many wildcards in common`,
          'use fewer wildcards in one of them',
        )
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
