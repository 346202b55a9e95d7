/** The ends of messages about misspelt words on the command line. */
import { findSimilar } from '@token-broker/core/similar-words'

/** The end of an error message: `; did you mean json?`, or nothing. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const similar = findSimilar(word, candidates)
  return similar === undefined ? '' : `; did you mean ${similar}?`
}
