/** Prints a problem as a compiler does: what is wrong, the line with a mark, and what to write. */
import type { TenantDocumentError } from './document-problem.ts'
import { hideSecrets } from './hide-secrets.ts'

/** What is printed, of an error or of a finding of the lint. */
export interface RenderedProblem extends Omit<TenantDocumentError, 'id'> {
  readonly id: string
  readonly level: 'error' | 'warning'
}

export interface RenderOptions {
  /** The text of the file that a problem names; undefined where there is none. */
  textOf(file: string): string | undefined
  /** Colours a text; by default, it stays as it is. */
  paint?(style: 'bold' | 'dim' | 'green' | 'red', text: string): string
}

/** Finds the text of a file among those that were read. */
export function sourceTexts(
  files: readonly { readonly file: string; readonly text: string }[],
): RenderOptions['textOf'] {
  const texts = new Map(files.map(({ file, text }) => [file, text]))
  return (file) => texts.get(file)
}

/** A longer line is shown around its mark. */
const MAX_SHOWN_CHARACTERS = 100
/** Of the part of a long line before its mark. */
const MAX_BEFORE_CHARACTERS = 40
/** Tabs, and characters that cannot be seen, that move others or that are two columns wide. */
const INVISIBLE = /\t|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** One block per problem, with an empty line after each. Excerpts contain no secret. */
export function renderProblems(
  problems: readonly RenderedProblem[],
  { textOf, paint = (_, text) => text }: RenderOptions,
): string {
  const linesByFile = new Map<string, readonly string[]>()
  const linesOf = (file: string) => {
    const known = linesByFile.get(file)
    if (known !== undefined) return known
    // Of the whole file, because the first line of a key says that it is private.
    const lines = hideSecrets(textOf(file) ?? '').split(/\r?\n/)
    linesByFile.set(file, lines)
    return lines
  }
  return problems.map((one) => renderProblem(one, linesOf(one.file), paint)).join('\n')
}

/** The same for errors of the compile step alone. */
export function renderErrors(
  errors: readonly TenantDocumentError[],
  options: RenderOptions,
): string {
  const problems = errors.map((error) => ({ ...error, id: error.id ?? 'invalid-document' }))
  return renderProblems(
    problems.map((problem) => ({ ...problem, level: 'error' })),
    options,
  )
}

function renderProblem(
  problem: RenderedProblem,
  lines: readonly string[],
  paint: NonNullable<RenderOptions['paint']>,
): string {
  const { id, level, file, line, column, path, message, hint, suggestion } = problem
  const color = level === 'error' ? 'red' : 'bold'
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  const number = String(line ?? '')
  const margin = ' '.repeat(number.length)
  const bar = paint('dim', `${margin} |`)
  const source = line === undefined ? undefined : lines[line - 1]
  const mark = source === undefined ? undefined : markedLine(source, problem)
  const excerpt =
    mark === undefined || mark.shown.trim() === ''
      ? []
      : [
          bar,
          `${paint('dim', `${number} |`)} ${mark.shown}`,
          `${bar} ${mark.space}${paint(color, mark.carets)}`,
        ]
  const notes = [
    ...(path === '' ? [] : [['in', path]]),
    ...(['expected', 'found'] as const).flatMap((name) =>
      problem[name] === undefined ? [] : [[name, problem[name]]],
    ),
  ]
  return [
    `${paint(color, `${level}[${id}]`)}${paint('bold', `: ${message}`)}`,
    `${margin}${paint('dim', '-->')} ${place}`,
    ...excerpt,
    ...notes.map(([name, text]) => `${margin} ${paint('dim', '=')} ${name} ${text}`),
    `${margin} ${paint('dim', '=')} ${paint('green', 'help:')} ${hint}`,
    ...(suggestion === undefined ? [] : suggestionLines(suggestion, bar, paint)),
    '',
  ].join('\n')
}

function suggestionLines(
  suggestion: string,
  bar: string,
  paint: NonNullable<RenderOptions['paint']>,
): string[] {
  return suggestion.split('\n').map((line) => `${bar}   ${paint('green', line)}`)
}

/** The line as it is shown, with as many characters before the mark as on the screen. */
function markedLine(
  source: string,
  { column = 1, endColumn = column + 1 }: Pick<RenderedProblem, 'column' | 'endColumn'>,
): { readonly shown: string; readonly space: string; readonly carets: string } {
  const start = Math.min(column - 1, source.length)
  const end = Math.max(start + 1, Math.min(endColumn - 1, source.length))
  const indent = source.length - source.trimStart().length
  // A line that fits is shown from its first character, and a long one around the mark.
  const isLong = source.length - Math.min(indent, start) > MAX_SHOWN_CHARACTERS
  const from = isLong ? Math.max(0, start - MAX_BEFORE_CHARACTERS) : 0
  const to = isLong ? from + MAX_SHOWN_CHARACTERS : source.length
  const [cut, more] = [from > 0 ? '…' : '', to < source.length ? '…' : '']
  const before = cut + printable(source.slice(from, start))
  const marked = printable(source.slice(start, Math.min(end, to)))
  return {
    shown: `${before}${printable(source.slice(start, to))}${more}`,
    space: ' '.repeat(widthOf(before)),
    carets: '^'.repeat(Math.max(1, widthOf(marked))),
  }
}

function printable(text: string): string {
  return text.toWellFormed().replace(INVISIBLE, (character) => (character === '\t' ? '  ' : '·'))
}

/** Columns of a terminal: letters of East Asia and emoji are two wide, and accents have none. */
function widthOf(text: string): number {
  return [...text].reduce((width, character) => {
    if (/\p{M}/u.test(character)) return width
    const isWide =
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
    return width + (isWide.test(character) ? 2 : 1)
  }, 0)
}
