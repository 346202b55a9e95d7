/** Matches texts with IAM's wildcards. */
import { ARN_SEGMENTS } from '../arn.ts'
import type { Truth } from './aws-request.ts'

/** One character of a pattern; a literal `*` is `{ literal: '*' }`. */
export type PatternSymbol = '*' | '?' | Literal

interface Literal {
  readonly literal: string
}

export type Pattern = readonly PatternSymbol[]

export function literalPattern(text: string): Pattern {
  return [...text].map((character) => ({ literal: character }))
}

/** The pattern as people write it in an action: every `*` and `?` is a wildcard. */
export function wildcardPattern(text: string): Pattern {
  return [...text].map((character) =>
    character === '*' || character === '?' ? character : { literal: character },
  )
}

/** `*` is any text, also with colons, and `?` one character. */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  let states = afterStars(pattern, new Set([0]))
  for (const character of text) {
    const next = new Set<number>()
    for (const at of states) {
      const symbol = pattern[at]
      if (symbol === undefined) continue
      if (symbol === '*') next.add(at)
      else if (symbol === '?' || symbol.literal === character) next.add(at + 1)
    }
    if (next.size === 0) return false
    states = afterStars(pattern, next)
  }
  return states.has(pattern.length)
}

/** Adds the positions after each `*`, which may match the empty text. */
export function afterStars(pattern: Pattern, states: Set<number>): Set<number> {
  for (const at of states) if (pattern[at] === '*') states.add(at + 1)
  return states
}

/**
 * IAM matches a `*` across colons where it ends a part of an ARN, and does not document whether it
 * does elsewhere: where that matters, the result is undefined.
 * @see IAM User Guide, "IAM JSON policy elements: Resource"
 */
export function matchesResource(pattern: Pattern, resource: string): Truth {
  const acrossColons = matchesPattern(pattern, resource)
  return acrossColons && !matchesWithinParts(pattern, resource) ? undefined : acrossColons
}

/** The strict reading: before the last part of an ARN, only a `*` that ends its part crosses. */
function matchesWithinParts(pattern: Pattern, resource: string): boolean {
  const colons = pattern.flatMap((symbol, at) => (isColon(symbol) ? [at] : []))
  const resourceStart = colons[ARN_SEGMENTS - 2] ?? -1
  let states = afterStars(pattern, new Set([0]))
  for (const character of resource) {
    const next = new Set<number>()
    for (const at of states) {
      const symbol = pattern[at]
      if (symbol === undefined) continue
      const crosses = character !== ':' || at > resourceStart || isColon(pattern[at + 1])
      if (symbol === '*') {
        if (crosses) next.add(at)
      } else if (
        symbol === '?' ? character !== ':' || at > resourceStart : symbol.literal === character
      )
        next.add(at + 1)
    }
    states = afterStars(pattern, next)
  }
  return states.has(pattern.length)
}

/** ARN operators compare each of the six parts separately. */
export function matchesArn(pattern: Pattern, arn: string): boolean {
  if (pattern.length === 1 && pattern[0] === '*') return true
  const patterns = splitAtColons(pattern)
  const [parts, rest] = [arn.split(':', ARN_SEGMENTS - 1), arn.split(':').slice(ARN_SEGMENTS - 1)]
  if (patterns.length < ARN_SEGMENTS || rest.length === 0) return false
  return [...parts, rest.join(':')].every((part, index) =>
    matchesPattern(patterns[index] ?? [], part),
  )
}

function splitAtColons(pattern: Pattern): Pattern[] {
  const parts: PatternSymbol[][] = [[]]
  for (const symbol of pattern)
    if (isColon(symbol) && parts.length < ARN_SEGMENTS) parts.push([])
    else parts.at(-1)?.push(symbol)
  return parts
}

function isColon(symbol: PatternSymbol | undefined): boolean {
  return typeof symbol === 'object' && symbol.literal === ':'
}
