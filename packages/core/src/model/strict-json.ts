/** Parses JSON and rejects objects that two parsers could read differently. */

const MAX_DEPTH = 32

/**
 * Parses a JSON object. Rejects nesting deeper than 32, and duplicate member names at any depth:
 * parsers disagree on which of them counts (RFC 8725 §2.4), so STS could read one that we did not
 * check.
 * @throws {SyntaxError} with a message that continues a sentence: "is not a JSON object"
 */
export function parseStrictObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new SyntaxError('is not a JSON object')
  // Outside strings, valid JSON has exactly one colon per member.
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1
  if (countMembers(value) !== colons) throw new SyntaxError('has a duplicate member name')
  return value
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function countMembers(root: unknown): number {
  let members = 0
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new SyntaxError(`is nested deeper than ${MAX_DEPTH}`)
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      const children = Object.values(value)
      if (!Array.isArray(value)) members += children.length
      for (const child of children) next.push(child)
    }
    level = next
  }
  return members
}
