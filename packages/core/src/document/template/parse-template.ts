/** Splits a template into literal text, `{{attribute}}` slots, IAM wildcards and IAM variables. */
import { type BuiltInValue, isBuiltIn } from '../../model/names.ts'
import { ESCAPE_PATTERN, VARIABLE_PATTERN } from '../../policy/policy-text.ts'
import { SLOT_PATTERN } from '../../policy/template.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { listAlternatives, similarNameHint } from '../hints/alternatives.ts'
import type { PatternAnalysis } from '../pattern/read-pattern.ts'

export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'slot'; readonly name: string; readonly text: string }
  | { readonly kind: 'wildcard' | 'variable'; readonly text: string }

/** By name; undefined for an attribute that is declared with an invalid pattern. */
export type DeclaredAttributes = ReadonlyMap<string, PatternAnalysis | undefined>

const TOKEN = new RegExp(`${SLOT_PATTERN}|${ESCAPE_PATTERN}|${VARIABLE_PATTERN}|[*?]|.`, 'gsu')
const ESCAPES = new RegExp(ESCAPE_PATTERN, 'g')
/** Marks of a slot, complete or not. */
export const SLOT_BRACES = /\{\{|\}\}/

/** Why a document does not have a built-in value, and what to write. */
const MISSING: Readonly<Record<BuiltInValue, readonly [message: string, hint: string]>> = {
  identity: [
    '{{identity}} is the id of a caller of an identity pool, and the document has no pool',
    'write identityPools, or declare an attribute and use that',
  ],
  guest: [
    '{{guest}} is the guest that a login claimed, and in no pool of the document can one do so',
    'write a pool with guests, linking: true and upgrade: separate',
  ],
}

/** @returns the parts, or undefined after reporting a malformed or unknown slot or variable */
export function parseTemplate(
  template: string,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): TemplatePart[] | undefined {
  const parts: TemplatePart[] = []
  for (const match of template.matchAll(TOKEN)) {
    const text = match[0]
    if (match[1] !== undefined) parts.push({ kind: 'slot', name: match[1], text })
    else if (text === '*' || text === '?') parts.push({ kind: 'wildcard', text })
    else if (text.startsWith('${') && text.includes(':')) parts.push({ kind: 'variable', text })
    else appendLiteral(parts, text)
  }
  // Well-formed slots and variables are parts of their own, so these marks are malformed.
  const literals = parts
    .map((part) => (part.kind === 'literal' ? part.text.replace(ESCAPES, '') : ' '))
    .join('')
  if (literals.includes('${')) {
    report(
      path,
      'the text contains a ${…} that is not an IAM policy variable',
      `${writtenAsSlot(literals, attributes)}write \${aws:name}, \${*}, \${?} or \${$}; a slot ` +
        'cannot be inside ${…}',
    )
    return undefined
  }
  if (SLOT_BRACES.test(literals)) {
    report(
      path,
      'the text contains {{ or }} that do not enclose an attribute name',
      'write {{attribute}}',
    )
    return undefined
  }
  const names = parts.flatMap((part) => (part.kind === 'slot' ? [part.name] : []))
  const unknown = new Set(names.filter((name) => !attributes.has(name)))
  const declared = [...attributes.keys()]
  for (const name of unknown)
    if (isBuiltIn(name)) report(path, ...MISSING[name])
    else
      report(
        path,
        `the attribute ${name} is not declared`,
        similarNameHint(name, declared) +
          `declare it under attributes${listAlternatives(declared)}`,
        { id: 'undeclared-name', span: spanOf(template, name) },
      )
  return unknown.size === 0 ? parts : undefined
}

/** `${user}` of other templates, where there is such an attribute. */
function writtenAsSlot(text: string, attributes: DeclaredAttributes): string {
  const name = /\$\{(\w+)\}/.exec(text)?.[1]
  return name !== undefined && attributes.has(name) ? `did you mean {{${name}}}? Otherwise, ` : ''
}

/** The first slot with the name. */
function spanOf(template: string, name: string): readonly [number, number] {
  const start = template.search(new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`))
  const end = template.indexOf('}}', start) + 2
  return start === -1 ? [0, template.length] : [start, end]
}

function appendLiteral(parts: TemplatePart[], text: string): void {
  const last = parts.at(-1)
  if (last?.kind === 'literal')
    parts[parts.length - 1] = { kind: 'literal', text: last.text + text }
  else parts.push({ kind: 'literal', text })
}
