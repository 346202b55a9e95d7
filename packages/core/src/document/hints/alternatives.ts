/** Ends of hints about a name that is not declared. */
import { findSimilar } from '../../model/similar-words.ts'

/** `did you mean x? `, or nothing. */
export function similarNameHint(name: string, declared: readonly string[]): string {
  const similar = findSimilar(name, declared)
  return similar === undefined ? '' : `did you mean ${similar}? `
}

/** `, or use one of: a, b`, or nothing. */
export function listAlternatives(declared: readonly string[]): string {
  return declared.length === 0 ? '' : `, or use one of: ${declared.join(', ')}`
}
