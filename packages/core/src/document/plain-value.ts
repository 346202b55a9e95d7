/** Values without quotes that YAML reads as something else than the text that is written. */
import { formatPath } from '../model/value-path.ts'
import type { DocumentPath } from './document-problem.ts'
import { hideSecrets } from './hide-secrets.ts'

/** A value that YAML reads as a number, true, false or null because it is not in quotes. */
export interface PlainValue {
  readonly path: DocumentPath
  readonly value: number | boolean | null
  /** As it is written: `012345678901`, `0x1f`, `True`; empty where nothing is written. */
  readonly source: string
  /** Its line of the document with the value in quotes, without the indentation. */
  quotedLine(): string
}

/** @returns undefined where the author wrote nothing, rather than something unintended */
export function describePlainValue({
  source,
  value,
  quotedLine,
}: PlainValue): { readonly message: string; readonly hint: string } | undefined {
  if (source === '') return undefined
  const kind = typeof value === 'number' ? `the number ${value}` : String(value)
  return {
    message: `text is expected, and YAML reads ${source} without quotes as ${kind}`,
    hint: `${value === null ? 'remove it, or write' : 'write'} it in quotes: ${quotedLine()}`,
  }
}

/** Plain values by their formatted path, and the first one of a list by the path of the list. */
export function indexPlainValues(
  plainValues: readonly PlainValue[],
): ReadonlyMap<string, PlainValue> {
  const byPath = new Map<string, PlainValue>()
  for (const plain of plainValues) {
    const list =
      typeof plain.path.at(-1) === 'number' ? `${formatPath(plain.path.slice(0, -1))}[]` : ''
    if (list !== '' && !byPath.has(list)) byPath.set(list, plain)
    byPath.set(formatPath(plain.path), plain)
  }
  return byPath
}

/** A longer line, such as a whole document in JSON, is not repeated in a hint. */
const MAX_LINE_CHARACTERS = 160

/** The line of a value without quotes, with quotes around it. */
export function withQuotes(text: string, start: number, end: number, path: DocumentPath): string {
  const quoted = `'${text.slice(start, end)}'`
  // No further, because a document of one line may have 100,000 values.
  const before = text.slice(Math.max(0, start - MAX_LINE_CHARACTERS), start)
  const after = text.slice(end, end + MAX_LINE_CHARACTERS)
  const isWhole = before.includes('\n') || start === before.length
  const line =
    `${before.slice(before.lastIndexOf('\n') + 1)}${quoted}${after.split('\n', 1)[0]}`.trim()
  if (isWhole && line.length <= MAX_LINE_CHARACTERS) return hideSecrets(line)
  const name = path.at(-1)
  return typeof name === 'string' ? `${name}: ${quoted}` : quoted
}
