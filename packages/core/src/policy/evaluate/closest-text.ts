/** The text that a pattern matches and that differs least from a given one. */
import type { Pattern } from './match-pattern.ts'

export interface ClosestText {
  readonly text: string
  /** Characters that were inserted, deleted or replaced. */
  readonly edits: number
}

interface Cell {
  readonly edits: number
  readonly from: readonly [row: number, column: number] | undefined
  readonly added: string
}

/** For a `?` without a character of the given text. */
const ANY = 'x'

/** Wagner and Fischer's edit distance, where a wildcard costs nothing. */
export function closestText(pattern: Pattern, text: string): ClosestText {
  const characters = [...text]
  const rows: Cell[][] = []
  for (let row = 0; row <= pattern.length; row++) {
    const cells: Cell[] = []
    rows.push(cells)
    for (let column = 0; column <= characters.length; column++)
      cells.push(cheapest(pattern, characters, rows, row, column))
  }
  let added = ''
  let cell = rows.at(-1)?.at(-1)
  const edits = cell?.edits ?? 0
  while (cell?.from !== undefined) {
    added = cell.added + added
    const [row, column] = cell.from
    cell = rows[row]?.[column]
  }
  return { text: added, edits }
}

/** @param row symbols of the pattern, and `column` characters of the text, that are used so far */
function cheapest(
  pattern: Pattern,
  characters: readonly string[],
  rows: readonly (readonly Cell[])[],
  row: number,
  column: number,
): Cell {
  if (row === 0 && column === 0) return { edits: 0, from: undefined, added: '' }
  const symbol = pattern[row - 1]
  const character = characters[column - 1] ?? ''
  const options: Cell[] = []
  // Before the first row and column there is nothing.
  const add = (from: readonly [number, number], cost: number, added: string) => {
    const before = rows[from[0]]?.[from[1]]
    if (before !== undefined) options.push({ edits: before.edits + cost, from, added })
  }
  if (symbol === '*') {
    add([row - 1, column], 0, '')
    add([row, column - 1], 0, character)
  } else if (symbol !== undefined) {
    const literal = symbol === '?' ? ANY : symbol.literal
    const kept = symbol === '?' ? character : literal
    add([row - 1, column - 1], kept === character ? 0 : 1, kept)
    add([row - 1, column], 1, literal)
  }
  add([row, column - 1], 1, '')
  return options.reduce((best, option) => (option.edits < best.edits ? option : best))
}
