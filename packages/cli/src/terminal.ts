/** Where a command reads and writes, and how it colours what it writes. */
import { styleText } from 'node:util'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Terminal {
  readonly env: Environment
  readonly stdin: NodeJS.ReadStream
  /** For its width and colours; what is written goes through `print`. */
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Writes to standard output. */
  print(text: string): void
}

export type Paint = (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string

/** Colours only where the stream is a terminal and `NO_COLOR` is not set. */
export function createPaint(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream })
}

/** One line on standard error, with the prefix that every message of this program has. */
export function printMessage(terminal: Pick<Terminal, 'stderr'>, message: string): void {
  printError(terminal, `token-broker: ${message}\n`)
}

/** Text on standard error, of which every character is visible. */
export function printError({ stderr }: Pick<Terminal, 'stderr'>, text: string): void {
  stderr.write(escapeInvisible(text))
}

/** Line breaks, tabs, and the colours of {@link createPaint}; the other group is escaped. */
const COLOUR = '\\u001b\\[(?:1|2|22|31|32|33|39)m'
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.source
const INVISIBLE = new RegExp(`\\n|\\t|${COLOUR}|(${UNPRINTABLE})`, 'gu')

/**
 * Files, tokens and servers could contain sequences that a terminal obeys, and characters that hide
 * or reorder others.
 * @returns the text with such characters as JavaScript and JSON write them, such as `\u001b`
 */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (found, invisible?: string) =>
    invisible === undefined ? found : escapeUnits(invisible),
  )
}

const ANY_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu')

/**
 * A value from outside, in a line of this program: line breaks would look like other lines, and
 * colours like a result that this program states.
 */
export function oneLine(text: string): string {
  return text.replace(ANY_UNPRINTABLE, (found) => SHORT_ESCAPES[found] ?? escapeUnits(found))
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t' }

function escapeUnits(text: string): string {
  return Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('')
}

/** Indented JSON on standard output, for programs. */
export function printJson({ print }: Pick<Terminal, 'print'>, value: unknown): void {
  print(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** One line per row, with the cells of each column below one another; rows may be shorter. */
export function printColumns(
  { print }: Pick<Terminal, 'print'>,
  rows: readonly (readonly string[])[],
): void {
  const columns = Math.max(0, ...rows.map(({ length }) => length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  print(lines.map((line) => `${line}\n`).join(''))
}
