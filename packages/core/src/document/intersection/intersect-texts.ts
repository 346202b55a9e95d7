/** The intersection of two lists of actions, of resources, or of the texts of a condition. */
import type { Budget } from '../../automata/budget.ts'
import { ARN_SEGMENTS } from '../../policy/arn.ts'
import type { DeclaredAttributes } from '../template/parse-template.ts'
import { findCoincidence, type SymbolValues } from './find-coincidence.ts'
import { InexactIntersectionError } from './inexact-intersection.ts'
import { intersectPatterns, type TokenPattern, withoutCovered } from './intersect-patterns.ts'
import { isSymbol, readPatternTokens, type TextComparison, writePattern } from './pattern-token.ts'

/** How the texts of both grants are read. */
export interface TemplateReading extends SymbolValues {
  readonly attributes: DeclaredAttributes
}

/** Of one list, so that nobody has to read a policy with hundreds of patterns. */
const MAX_LISTED_PATTERNS = 64

const WILDCARDS: TextComparison = { hasWildcards: true, ignoresCase: false }
const ACTION: TextComparison = { hasWildcards: true, ignoresCase: true }
const EVERY_ACTION: readonly string[] = ['*', '*:*']

/** Actions are compared without regard to case, and their services contain no wildcards. */
export function intersectActions(
  left: readonly string[],
  right: readonly string[],
  reading: TemplateReading,
): string[] {
  return intersectLists(left, right, reading.budget, (one, other) => {
    if (EVERY_ACTION.includes(other)) return [readPatternTokens(one, reading.attributes, ACTION)]
    if (EVERY_ACTION.includes(one)) return [readPatternTokens(other, reading.attributes, ACTION)]
    return intersectTwo(one, other, ACTION, reading)
  })
}

/**
 * ARNs are compared segment by segment. Where IAM lets a `*` of a region or an account match a
 * colon too, both ARNs may have more in common, which the result does not contain.
 * @throws {InexactIntersectionError}
 */
export function intersectResources(
  left: readonly string[],
  right: readonly string[],
  reading: TemplateReading,
): string[] {
  return intersectLists(left, right, reading.budget, (one, other) =>
    intersectArns(one, other, reading),
  )
}

/** @throws {InexactIntersectionError} */
export function intersectTexts(
  left: readonly string[],
  right: readonly string[],
  comparison: TextComparison,
  reading: TemplateReading,
): string[] {
  return intersectLists(left, right, reading.budget, (one, other) =>
    intersectTwo(one, other, comparison, reading),
  )
}

function intersectLists(
  left: readonly string[],
  right: readonly string[],
  budget: Budget,
  intersect: (left: string, right: string) => readonly TokenPattern[],
): string[] {
  const common = left.flatMap((one) => right.flatMap((other) => intersect(one, other)))
  const texts = withoutCovered(common, budget).map(writePattern)
  if (texts.length > MAX_LISTED_PATTERNS)
    throw new InexactIntersectionError(
      `both have ${texts.length} patterns in common; at most ${MAX_LISTED_PATTERNS} are accepted`,
      'write shorter lists or fewer wildcards',
    )
  return texts
}

function intersectArns(
  left: string,
  right: string,
  reading: TemplateReading,
): readonly TokenPattern[] {
  const [one, other] = [segmentsOf(left), segmentsOf(right)]
  if (one.length < ARN_SEGMENTS || other.length < ARN_SEGMENTS)
    return intersectTwo(left, right, WILDCARDS, reading)
  const colon = readPatternTokens(':', reading.attributes, WILDCARDS)
  return one.reduce<readonly TokenPattern[]>(
    (beginnings, segment, at) => {
      // Of two ARNs that differ here, the slots do not matter.
      if (beginnings.length === 0) return []
      const segments = intersectTwo(segment, other[at] ?? '', WILDCARDS, reading)
      return beginnings.flatMap((beginning) =>
        segments.map((tokens) => [...beginning, ...(at === 0 ? [] : colon), ...tokens]),
      )
    },
    [[]],
  )
}

/** Only the last segment of an ARN contains colons, and slots and variables. */
function segmentsOf(arn: string): string[] {
  const segments = arn.split(':')
  const last = segments.slice(ARN_SEGMENTS - 1)
  return [...segments.slice(0, ARN_SEGMENTS - 1), ...(last.length > 0 ? [last.join(':')] : [])]
}

function intersectTwo(
  left: string,
  right: string,
  comparison: TextComparison,
  reading: TemplateReading,
): readonly TokenPattern[] {
  const [one, other] = [left, right].map((text) =>
    readPatternTokens(text, reading.attributes, comparison),
  )
  if (one === undefined || other === undefined) return []
  const common = intersectPatterns(one, other, reading.budget)
  const [only] = common
  if (only === one || only === other) return common
  if (comparison.ignoresCase && [...one, ...other].some(isSymbol))
    throw new InexactIntersectionError(
      `${left} and ${right} are compared without regard to case, and contain slots or variables`,
      'write the same text in both, or an operator that considers the case',
    )
  const coincidence = findCoincidence(one, other, reading)
  if (coincidence === undefined) return common
  const { slot, value } = coincidence
  throw new InexactIntersectionError(
    `${slot} could be ${JSON.stringify(value)}, and then ${left} and ${right} have more in ` +
      'common than for other values',
    `begin both texts alike up to ${slot}, write a * there in one of them, or limit the pattern ` +
      'of the attribute',
  )
}
