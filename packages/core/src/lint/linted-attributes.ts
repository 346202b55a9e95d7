/** Which values the attributes of a document may have, by their patterns. */
import { charactersOf } from '../document/pattern/character-set.ts'
import { DEFAULT_PATTERN, readPattern } from '../document/pattern/read-pattern.ts'
import type { TenantDocument } from '../document/schema.ts'
import { findProblem } from '../policy/template.ts'

export interface LintedAttribute {
  readonly pattern: string
  readonly isDefaultPattern: boolean
  /** All characters that some value has, each once. */
  readonly characters: string
  /** Whether the broker accepts the value. */
  accepts(value: string): boolean
}

/** By name; without those whose pattern does not compile. */
export function lintedAttributes({
  attributes = {},
}: TenantDocument): ReadonlyMap<string, LintedAttribute> {
  return new Map(
    Object.entries(attributes).flatMap(([name, { pattern }]) => {
      const analysis = readPattern(pattern ?? DEFAULT_PATTERN)
      if ('hint' in analysis) return []
      const { source, producible, maxLength, separators } = analysis
      const attribute: LintedAttribute = {
        pattern: source,
        isDefaultPattern: pattern === undefined,
        characters: charactersOf(producible),
        accepts: (value) =>
          findProblem(value, { pattern: source, maxLength, separators }) === undefined,
      }
      return [[name, attribute] as const]
    }),
  )
}
