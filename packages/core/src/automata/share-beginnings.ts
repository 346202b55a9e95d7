/** Alternatives that begin alike, with the common beginning once. */
import type { RegularExpression } from './automaton.ts'

/** What a text continues with, by its next part; the parts of equal alternatives are equal. */
interface Continuations {
  readonly byPart: Map<string, { readonly part: RegularExpression; readonly rest: Continuations }>
  endsHere: boolean
}

/**
 * The same alternatives as a tree: long lists of patterns begin alike (`arn:aws:s3:::…`), and the
 * states of an automaton for each beginning would have to be followed in parallel.
 */
export function shareBeginnings(alternatives: readonly RegularExpression[]): RegularExpression {
  const root: Continuations = { byPart: new Map(), endsHere: false }
  for (const alternative of alternatives) {
    let at = root
    for (const part of flatten(alternative)) {
      const key = keyOf(part)
      const known = at.byPart.get(key) ?? { part, rest: { byPart: new Map(), endsHere: false } }
      at.byPart.set(key, known)
      at = known.rest
    }
    at.endsHere = true
  }
  return expressionOf(root)
}

function flatten(expression: RegularExpression): readonly RegularExpression[] {
  return expression.kind === 'sequence' ? expression.parts.flatMap(flatten) : [expression]
}

function keyOf(part: RegularExpression): string {
  // JSON has `null` for infinity, and nothing else here is `null`.
  return part.kind === 'characters' ? part.on.join() : JSON.stringify(part)
}

/** Without recursion along a single path, because texts may have thousands of characters. */
function expressionOf(continuations: Continuations): RegularExpression {
  const parts: RegularExpression[] = []
  let at = continuations
  for (;;) {
    const [only, ...others] = at.byPart.values()
    if (only === undefined || others.length > 0 || at.endsHere) break
    parts.push(only.part)
    at = only.rest
  }
  const options = [...at.byPart.values()].map(
    ({ part, rest }): RegularExpression => ({
      kind: 'sequence',
      parts: [part, expressionOf(rest)],
    }),
  )
  if (at.endsHere) options.push({ kind: 'sequence', parts: [] })
  return { kind: 'sequence', parts: [...parts, { kind: 'choice', options }] }
}
