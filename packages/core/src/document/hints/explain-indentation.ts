/** Says which line is indented by another number of spaces than the others of its part. */
import type { SyntaxContext, SyntaxExplanation } from './syntax-explanation.ts'

/** `- name: x` among the names of a mapping. */
export function explainItem({
  text,
  line,
  lineStart,
}: SyntaxContext): SyntaxExplanation | undefined {
  const [, indent = '', name = 'NAME'] = /^( *)- (?:name: *([\w-]+))?/.exec(line) ?? []
  const above = text.slice(0, lineStart).split('\n')
  const sibling = above.findLast(
    (one) => one.startsWith(indent) && /^[^\s#]/.test(one.slice(indent.length)),
  )
  const isItem = line.startsWith(`${indent}- `)
  if (!isItem || sibling === undefined || sibling.slice(indent.length).startsWith('- '))
    return undefined
  return {
    range: [lineStart + indent.length, lineStart + line.trimEnd().length],
    message: 'a list item is among the names of a mapping',
    hint: `write ${name}: in its place, and its fields below it, without "- "`,
  }
}

export function explainIndent({
  text,
  line,
  lineStart,
  code,
}: SyntaxContext): SyntaxExplanation | undefined {
  const lineEnd = lineStart + line.length
  const next =
    text
      .slice(lineEnd)
      .replace(/^\r?\n/, '')
      .split(/\r?\n/, 1)[0] ?? ''
  const width = (one: string) => /^\s*(?:- +)*/.exec(one)?.[0].length ?? 0
  // YAML reads a deeper line as a part of the value above it.
  if (
    code !== 'BAD_INDENT' &&
    /:\s+\S/.test(line) &&
    /^\s+[\w$]+:/.test(next) &&
    width(next) > width(line)
  ) {
    const start = text.indexOf(next, lineEnd)
    return ofIndent([start + width(next), start + next.length], width(next), width(line))
  }
  const own = line.length - line.trimStart().length
  const above = text.slice(0, lineStart).split('\n')
  const previous = above.findLast((one) => /^\s*[^\s#]/.test(one))
  if (previous === undefined) return undefined
  // The fields of an item begin after its "- ".
  const level = /^\s*(?:- +)*/.exec(previous)?.[0].length ?? 0
  if (level === own) return undefined
  const end = lineStart + Math.max(line.trimEnd().length, own + 1)
  return ofIndent([lineStart + own, end], own, level)
}

function ofIndent(
  range: SyntaxExplanation['range'],
  own: number,
  level: number,
): SyntaxExplanation {
  const spaces = (count: number) => `${count} ${count === 1 ? 'space' : 'spaces'}`
  return {
    range,
    message: `the line is indented by ${spaces(own)}, and what is above it by ${spaces(level)}`,
    hint: `indent the lines of one part equally, probably this one by ${spaces(level)}`,
  }
}
