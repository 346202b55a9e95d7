/** Takes a template apart: literal text, `{{attribute}}` slots, IAM's wildcards and IAM's variables. */
import { SLOT_PATTERN } from '../policy/template.ts'
import type { DocumentPath, Report } from './document-error.ts'
import type { PatternFacts } from './pattern.ts'

export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'slot'; readonly name: string; readonly text: string }
  | { readonly kind: 'wildcard' | 'variable'; readonly text: string }

/** Declared attributes; undefined: declared, and wrong in itself. */
export type Attributes = ReadonlyMap<string, PatternFacts | undefined>

const VARIABLE = String.raw`\$\{[*?$]\}|\$\{[A-Za-z][\w-]*:[^{}$]+\}`
const TOKEN = new RegExp(`${SLOT_PATTERN}|${VARIABLE}|[*?]|.`, 'gsu')

/** @returns the parts, or undefined after reporting what is malformed or unknown */
export function readTemplate(
  template: string,
  path: DocumentPath,
  attributes: Attributes,
  report: Report,
): TemplatePart[] | undefined {
  const parts: TemplatePart[] = []
  for (const match of template.matchAll(TOKEN)) {
    const text = match[0]
    if (match[1] !== undefined) parts.push({ kind: 'slot', name: match[1], text })
    else if (text === '*' || text === '?') parts.push({ kind: 'wildcard', text })
    else if (text.startsWith('${') && text.includes(':')) parts.push({ kind: 'variable', text })
    else addLiteral(parts, text)
  }
  const literal = parts
    .map((part) => (part.kind === 'literal' ? part.text.replace(/\$\{[*?$]\}/g, '') : ' '))
    .join('')
  const malformed = /\$\{/.test(literal)
    ? [
        'the text holds a ${…} that IAM does not know',
        'write ${aws:name}, ${*}, ${?} or ${$}; a slot cannot stand inside',
      ]
    : /\{\{|\}\}/.test(literal)
      ? ['the text holds {{ or }} without its other half or a name', 'write {{attribute}}']
      : undefined
  if (malformed) {
    report(path, malformed[0] ?? '', malformed[1] ?? '')
    return undefined
  }
  const unknown = slotNames(parts).filter((name) => !attributes.has(name))
  for (const name of new Set(unknown)) {
    const declared = [...attributes.keys()].join(', ')
    const hint =
      declared === ''
        ? 'declare it under attributes; there are none'
        : `declare it, or take one of: ${declared}`
    report(path, `the attribute ${name} is not declared`, hint)
  }
  return unknown.length === 0 ? parts : undefined
}

function slotNames(parts: readonly TemplatePart[]): string[] {
  return parts.flatMap((part) => (part.kind === 'slot' ? [part.name] : []))
}

/** Reports braces where slots do not belong. */
export function refuseSlots(text: string, path: DocumentPath, report: Report): void {
  if (/\{\{|\}\}/.test(text))
    report(
      path,
      'a slot stands where none may',
      'use {{…}} in Resource, NotResource and condition values only',
    )
}

function addLiteral(parts: TemplatePart[], text: string): void {
  const last = parts.at(-1)
  if (last?.kind === 'literal')
    parts[parts.length - 1] = { kind: 'literal', text: last.text + text }
  else parts.push({ kind: 'literal', text })
}
