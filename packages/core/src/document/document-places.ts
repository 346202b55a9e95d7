/** Where the values of a document are in its file. */
import { isScalar, type LineCounter, type Node } from 'yaml'
import type { DocumentPath, Place, ProblemPart } from './document-problem.ts'

type Range = readonly [start: number, end: number]

/** Offsets of one value and of its key. */
interface ValueRanges {
  readonly key?: Range
  readonly value?: Range
  /** The text of a scalar, which may be written with quotes and escapes. */
  readonly scalar?: string
}

export interface DocumentPlaces {
  /** Of a value. */
  add(path: DocumentPath, ranges: ValueRanges): void
  /** Of a key, before its value. A duplicate key is reported at the last one. */
  addKey(path: DocumentPath, key: Range): void
  placeOf(range: Range): Place
  /** Place of a value, or of the nearest value around it. */
  locate(path: DocumentPath, part?: ProblemPart): Place | undefined
}

export function createPlaces(text: string, lines: LineCounter): DocumentPlaces {
  const ranges = new Map<string, ValueRanges>()
  const placeOf = ([start, end]: Range): Place => {
    const { line, col } = lines.linePos(start)
    // Of a value with several lines, the first one is enough to find it.
    const lineEnd = text.indexOf('\n', start)
    const last = Math.max(lineEnd === -1 ? end : Math.min(end, lineEnd), start)
    return { line, column: col, endLine: line, endColumn: col + last - start }
  }
  return {
    add: (path, added) => {
      const id = JSON.stringify(path)
      ranges.set(id, { ...ranges.get(id), ...added })
    },
    addKey: (path, key) => ranges.set(JSON.stringify(path), { key }),
    placeOf,
    locate: (path, { at, span } = {}) => {
      for (let length = path.length; length >= 0; length--) {
        const known = ranges.get(JSON.stringify(path.slice(0, length)))
        if (known === undefined) continue
        const isWhole = length === path.length
        const range = isWhole ? rangeOf(text, known, at, span) : (known.key ?? known.value)
        if (range !== undefined) return placeOf(range)
      }
      return undefined
    },
  }
}

export function valueRangesOf(node: Node): ValueRanges {
  const value = node.range && ([node.range[0], node.range[1]] as const)
  if (!value) return {}
  return isScalar(node) && typeof node.value === 'string'
    ? { value, scalar: node.value }
    : { value }
}

/** The key names a collection better than its many lines. */
function rangeOf(
  text: string,
  { key, value, scalar }: ValueRanges,
  at: ProblemPart['at'],
  span: ProblemPart['span'],
): Range | undefined {
  if (at === 'key' || value === undefined) return key ?? value
  const [start, end] = value
  const source = text.slice(start, end)
  const isOneLine = !source.trimEnd().includes('\n')
  if (span !== undefined && scalar !== undefined) {
    const inner = innerRange(source, scalar, span)
    if (inner !== undefined) return [start + inner[0], start + inner[1]]
  }
  const isShort = isOneLine && source !== '' && !/^[[{]/.test(source)
  return isShort || key === undefined ? value : key
}

/** Offsets in the source of a part of its text, where they can be known. */
function innerRange(source: string, scalar: string, [start, end]: Range): Range | undefined {
  const quote = /^["']/.test(source) ? 1 : 0
  if (source.slice(quote, quote + scalar.length) === scalar) return [start + quote, end + quote]
  // Quotes with escapes, or lines that are folded: the part may still be written as it is.
  const part = scalar.slice(start, end)
  const first = part === '' ? -1 : source.indexOf(part)
  return first === -1 || source.indexOf(part, first + 1) !== -1
    ? undefined
    : [first, first + part.length]
}
