/** Finds the bracket or quotation mark without an end because of which YAML cannot be parsed. */

export interface UnclosedMark {
  readonly opening: '[' | '{' | '"' | "'"
  readonly offset: number
}

/** @returns the last one that is open at an offset; undefined where all are closed */
export function findUnclosed(text: string, at: number): UnclosedMark | undefined {
  const open: UnclosedMark[] = []
  // A plain value may contain quotation marks and, outside of brackets, brackets.
  let isPlain = false
  for (let offset = 0; offset < Math.min(at + 1, text.length); offset++) {
    const character = text[offset] ?? ''
    const before = text[offset - 1] ?? '\n'
    if (character === '\n') isPlain = false
    else if (character === '#' && /\s/.test(before)) offset = endOf(text, '\n', offset)
    else if (!isPlain && (character === '"' || character === "'")) {
      const end = closingQuote(text, character, offset)
      if (end === undefined) return { opening: character, offset }
      offset = end
    } else if ((!isPlain || open.length > 0) && (character === '[' || character === '{'))
      open.push({ opening: character, offset })
    else if (open.length > 0 && (character === ']' || character === '}')) {
      open.pop()
      isPlain = false
    } else if (character === ',' && open.length > 0) isPlain = false
    else if (/[:-]/.test(character) && /\s/.test(text[offset + 1] ?? '\n')) isPlain = false
    else if (/\S/.test(character)) isPlain = true
  }
  return open.at(-1)
}

/**
 * Quotes may go over several lines, so one without an end may end at the beginning of another.
 * @returns the last quotation mark after a bracket, where its line has an odd number of them
 */
export function unclosedQuoteAfter(
  text: string,
  { opening, offset }: UnclosedMark,
): UnclosedMark | undefined {
  if (opening === '"' || opening === "'") return undefined
  const line = text.slice(offset).split('\n', 1)[0] ?? ''
  for (const quote of ['"', "'"] as const)
    if (line.split(quote).length % 2 === 0)
      return { opening: quote, offset: offset + line.lastIndexOf(quote) }
  return undefined
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from)
  return end === -1 ? text.length : end - 1
}

function closingQuote(text: string, quote: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++
    else if (text[at] === quote) {
      if (quote === "'" && text[at + 1] === "'") at++
      else return at
    }
  }
  return undefined
}
