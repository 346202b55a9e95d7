/** Finds the values without quotes because of which a line of YAML cannot be parsed. */
import { parseDocument } from 'yaml'

/** A longer line is not repeated in a hint. */
const MAX_LINE_CHARACTERS = 300
/** How often one line is parsed: a hostile one has thousands of places for quotes. */
const MAX_ATTEMPTS = 50

/** Where a value may begin. */
const START = /(?:: +|- +|[[{,] *)(?=\S)/g
/** Characters that YAML gives a meaning, and a colon as in `arn: x`. */
const NEEDS_QUOTES = /["'[{*&]|^[@`%!|>]|: /
/** Where a value may end, but not inside a slot. */
const END = /\{\{.*?\}\}|( *(?:[,}\]]| #|$))/g

/**
 * CEL and templates contain brackets, braces and quotes, which have another meaning in YAML:
 * `from: claims["team"]`, `when: "a" in claims.groups`, `Resource: {{user}}`.
 *
 * @returns the line with quotes around these values, without the indentation; undefined where
 *   quotes would not correct the line
 */
export function suggestQuotes(line: string): string | undefined {
  if (line.length > MAX_LINE_CHARACTERS) return undefined
  return addQuotes(line.trim(), 0, { attempts: MAX_ATTEMPTS })
}

/** @param from only values after this place are quoted */
function addQuotes(line: string, from: number, left: { attempts: number }): string | undefined {
  const error = findErrorOffset(line)
  if (error === undefined || error < from) return undefined
  const starts = [...line.matchAll(START)]
    .map(({ index, 0: mark }) => index + mark.length)
    .filter((start) => start >= from && start <= error)
    .reverse()
  const ends = [...line.matchAll(END)].flatMap(({ index, 1: end }) =>
    end === undefined ? [] : index,
  )
  for (const start of starts)
    for (const end of ends.filter((one) => one > start)) {
      const value = line.slice(start, end)
      if (!NEEDS_QUOTES.test(value) || !isBalanced(value)) continue
      if (left.attempts-- <= 0) return undefined
      const quoted = `'${value.replaceAll("'", "''")}'`
      const corrected = `${line.slice(0, start)}${quoted}${line.slice(end)}`
      if (findErrorOffset(corrected) === undefined) return corrected
      const further = addQuotes(corrected, start + quoted.length, left)
      if (further !== undefined) return further
    }
  return undefined
}

/** An opening bracket or quote without its end is the mistake itself. */
function isBalanced(value: string): boolean {
  const count = (character: string) => value.split(character).length - 1
  return (
    count('[') === count(']') &&
    count('{') === count('}') &&
    count('"') % 2 === 0 &&
    count("'") % 2 === 0
  )
}

/** @returns undefined where the line can be parsed */
function findErrorOffset(line: string): number | undefined {
  const { errors, warnings } = parseDocument(line, {
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    logLevel: 'error',
    stringKeys: true,
  })
  const offsets = [...errors, ...warnings].map(({ pos }) => pos[0])
  return offsets.length === 0 ? undefined : Math.min(...offsets)
}
