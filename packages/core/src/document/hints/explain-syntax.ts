/** Says why YAML cannot be parsed: one cause, its place, and what to write. */
import type { YAMLError } from 'yaml'
import { hideSecrets } from '../hide-secrets.ts'
import { explainIndent, explainItem } from './explain-indentation.ts'
import { suggestQuotes } from './suggest-quotes.ts'
import type { Explain, SyntaxContext, SyntaxExplanation } from './syntax-explanation.ts'
import { findUnclosed, unclosedQuoteAfter } from './unclosed-marks.ts'

/** The first that applies is the cause: those that no other one can look like come first. */
const CAUSES: readonly Explain[] = [
  explainConflictMarks,
  explainTab,
  explainJsonComment,
  explainDocuments,
  explainEscape,
  explainTag,
  explainQuotes,
  explainJson,
  explainUnclosed,
  explainItem,
  explainColon,
  explainIndent,
]

export function explainSyntax(text: string, error: YAMLError): SyntaxExplanation {
  const at = Math.min(error.pos[0], text.length)
  // At the end of a file, its last line is meant.
  const before = text.slice(0, at).trimEnd().length
  const inLine = at >= text.trimEnd().length ? before : at
  const lineStart = text.lastIndexOf('\n', inLine - 1) + 1
  const line = text.slice(lineStart).split(/\r?\n/, 1)[0] ?? ''
  const message = (error.message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, '')
  const context = { text, code: error.code, message, at, lineStart, line }
  for (const explain of CAUSES) {
    const found = explain(context)
    if (found !== undefined) return found
  }
  return {
    range: [at, Math.max(error.pos[1], at + 1)],
    message: `the YAML cannot be parsed: ${message}`,
    hint: 'check indentation, quotes and brackets; values that start with {{ or * need quotes',
  }
}

/** What YAML accepts, and reads as something else than is meant. */
export function explainAcceptedText(text: string): SyntaxExplanation | undefined {
  if (text.includes('\0'))
    return {
      range: [0, 1],
      message: 'the file is not UTF-8, but probably UTF-16',
      hint: 'save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE',
    }
  const lost = text.indexOf('\uFFFD')
  if (lost !== -1)
    return {
      range: [lost, lost + 1],
      message: 'the file is not UTF-8: a letter of another encoding cannot be read',
      hint: 'save it as UTF-8: iconv -f ISO-8859-1 -t UTF-8 FILE',
    }
  const comment = findJsonComment(text)
  return comment && ofJsonComment(comment)
}

function explainConflictMarks({ text }: SyntaxContext): SyntaxExplanation | undefined {
  const found = /^(?:<{7}|={7}|>{7})(?= |$)/m.exec(text)
  return (
    (found && {
      range: [found.index, found.index + 7],
      message: 'the file contains marks of a conflict that git could not merge',
      hint: 'keep one of the two versions, and remove the marks',
    }) ??
    undefined
  )
}

function explainTab({ text, line, lineStart, code }: SyntaxContext): SyntaxExplanation | undefined {
  const previous = text.lastIndexOf('\n', lineStart - 2) + 1
  const places = [
    [lineStart, line],
    [previous, text.slice(previous, Math.max(previous, lineStart - 1))],
  ] as const
  for (const [start, candidate] of places) {
    const tab = /^ *(?:- *)?\t+/.exec(candidate)
    if (tab === null || (code !== 'TAB_AS_INDENT' && !/^\s*\t/.test(candidate))) continue
    const first = start + candidate.indexOf('\t')
    return {
      range: [first, start + tab[0].length],
      message: 'the line is indented with a tab, which YAML does not accept',
      hint: 'write spaces in its place: two for each level',
    }
  }
  return undefined
}

/** YAML reads what follows a comment of JavaScript as a part of the next name. */
function findJsonComment(text: string): SyntaxExplanation['range'] | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  const outside = text.replace(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/g, (quoted) =>
    ' '.repeat(quoted.length),
  )
  const found = /(?<=^|[\s,{[])(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(outside)
  return found ? [found.index, found.index + found[0].length] : undefined
}

function explainJsonComment({ text }: SyntaxContext): SyntaxExplanation | undefined {
  const found = findJsonComment(text)
  return found && ofJsonComment(found)
}

function ofJsonComment(range: SyntaxExplanation['range']): SyntaxExplanation {
  return {
    range,
    message: 'JSON has no comments',
    hint: 'remove it, or begin it with # in a line of its own, as in YAML',
  }
}

function explainDocuments({ code, at }: SyntaxContext): SyntaxExplanation | undefined {
  if (code !== 'MULTIPLE_DOCS') return undefined
  return {
    range: [at, at + 3],
    message: 'the file contains several YAML documents',
    hint: 'write one document per file: move what follows --- to a file of its own',
  }
}

function explainEscape({ code, at, text }: SyntaxContext): SyntaxExplanation | undefined {
  if (code !== 'BAD_DQ_ESCAPE') return undefined
  return {
    range: [at, at + 2],
    message: `${text.slice(at, at + 2)} is not an escape of YAML`,
    hint: `write \\${text.slice(at, at + 2)}, or use single quotes, in which \\ has no meaning`,
  }
}

function explainTag({
  code,
  at,
  line,
  lineStart,
  message,
}: SyntaxContext): SyntaxExplanation | undefined {
  if (code !== 'TAG_RESOLVE_FAILED') return undefined
  const tag = /^!\S*/.exec(line.slice(at - lineStart))?.[0] ?? '!'
  // Without a value after it, it is the value: `!claims.suspended`.
  if (line.slice(at - lineStart + tag.length).trim() === '') return undefined
  return {
    range: [at, at + tag.length],
    message: `unknown tag: ${message}`,
    hint: 'remove the tag, or write the value in quotes',
  }
}

/** Brackets, quotes, `*`, `@` and others mean something else to YAML than to CEL and to IAM. */
function explainQuotes({ text, line, lineStart }: SyntaxContext): SyntaxExplanation | undefined {
  const quoted = suggestQuotes(line)
  if (quoted !== undefined) return ofQuotes(line, lineStart, quoted)
  // The error may be reported where the next line begins.
  const end = text.lastIndexOf('\n', lineStart - 1)
  const start = text.lastIndexOf('\n', end - 1) + 1
  const previous = end > start ? text.slice(start, end) : ''
  const other = suggestQuotes(previous)
  return other === undefined ? undefined : ofQuotes(previous, start, other)
}

function ofQuotes(line: string, lineStart: number, quoted: string): SyntaxExplanation {
  const indent = line.length - line.trimStart().length
  const trimmed = line.trim()
  let start = 0
  while (start < trimmed.length && trimmed[start] === quoted[start]) start++
  let end = 0
  while (end < trimmed.length - start && trimmed.at(-1 - end) === quoted.at(-1 - end)) end++
  const first = lineStart + indent + start
  return {
    range: [first, Math.max(first + 1, lineStart + indent + trimmed.length - end)],
    message: 'a value needs quotes, because YAML gives its first characters another meaning',
    hint: `write it in quotes: ${hideSecrets(quoted)}`,
  }
}

/** Where a document in JSON lacks a comma, its own error is more exact than that of YAML. */
function explainJson({ text }: SyntaxContext): SyntaxExplanation | undefined {
  if (!/^\s*\{\s*"/.test(text)) return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const [, position] = /^Expected ',' .* at position (\d+)/.exec(message) ?? []
    if (position === undefined) return undefined
    const at = Number(position)
    return {
      range: [at, at + 1],
      message: 'a comma is missing before this, or a bracket is not closed',
      hint: 'write a comma after the value before it',
    }
  }
}

const CLOSING = { '[': ']', '{': '}', '"': '"', "'": "'" } as const

function explainUnclosed({ text, at }: SyntaxContext): SyntaxExplanation | undefined {
  const mark = findUnclosed(text, at)
  if (mark === undefined) return undefined
  const { opening, offset } = unclosedQuoteAfter(text, mark) ?? mark
  const closing = CLOSING[opening]
  const kind = opening === '"' || opening === "'" ? 'quotation mark' : 'bracket'
  return {
    range: [offset, offset + 1],
    message: `the ${kind} ${opening} has no closing ${closing}`,
    hint: `write ${closing} where the value ends; a value that contains ${opening} needs quotes`,
  }
}

/** `tenant:acme` is one word to YAML. */
function explainColon({ text, line, lineStart }: SyntaxContext): SyntaxExplanation | undefined {
  const end = text.lastIndexOf('\n', lineStart - 1)
  const start = text.lastIndexOf('\n', end - 1) + 1
  for (const [from, candidate] of [
    [lineStart, line],
    [start, text.slice(start, Math.max(start, end))],
  ] as const) {
    // Another colon belongs to the name, as in `s3:prefix: x`.
    const glued = /^(\s*(?:- )?)([\w$]+):(?=[^\s/])((?!.*:(?: |$)).*)$/.exec(candidate)
    if (glued) {
      const [, indent = '', name = '', rest = ''] = glued
      const first = from + indent.length
      return {
        range: [first, first + name.length + 1],
        message: `a space is missing after ${name}:`,
        hint: `write ${name}: ${rest}`,
      }
    }
    const word = /^(\s*(?:- )?)([A-Za-z$]\w*)(?: +\S.*)?$/.exec(candidate)
    if (word && candidate === line) {
      const [, indent = '', name = ''] = word
      const first = from + indent.length
      return {
        range: [first, first + name.length],
        message: `a colon is missing after ${name}`,
        hint: `write ${name}: and its value`,
      }
    }
  }
  return undefined
}
