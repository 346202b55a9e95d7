/**
 * Exclusive XML Canonicalization 1.0 without comments, the one form over which signatures are
 * accepted: the same text for all spellings of an element.
 * @see https://www.w3.org/TR/xml-exc-c14n/
 */
import type { XmlAttribute, XmlElement } from './xml-element.ts'

export interface CanonicalOptions {
  /** A child that is left out: the signature over its parent (XML Signature §6.6.4). */
  readonly without?: XmlElement
  /** Prefixes that are declared where they are in scope, also where none is used (§2.1). */
  readonly inclusivePrefixes?: readonly string[]
}

/** @param element the apex: nothing around it is part of the result */
export function canonicalize(element: XmlElement, options: CanonicalOptions = {}): string {
  const parts: string[] = []
  write(element, new Map(), options, parts)
  return parts.join('')
}

/** @param rendered the namespaces that the output has around the element */
function write(
  element: XmlElement,
  rendered: ReadonlyMap<string, string>,
  options: CanonicalOptions,
  parts: string[],
): void {
  const name = qualified(element)
  const declared = newNamespaces(element, rendered, options.inclusivePrefixes ?? [])
  parts.push('<', name)
  for (const [prefix, uri] of declared)
    parts.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, escapeAttribute(uri), '"')
  for (const attribute of element.attributes.toSorted(compareAttributes))
    parts.push(' ', qualified(attribute), '="', escapeAttribute(attribute.value), '"')
  parts.push('>')
  const within = declared.length === 0 ? rendered : new Map([...rendered, ...declared])
  for (const child of element.children) {
    if (typeof child === 'string') parts.push(escapeText(child))
    else if (child !== options.without) write(child, within, options, parts)
  }
  parts.push('</', name, '>')
}

/** Those that the element's own tag uses or that are listed, if the output does not have them. */
function newNamespaces(
  element: XmlElement,
  rendered: ReadonlyMap<string, string>,
  inclusivePrefixes: readonly string[],
): readonly (readonly [prefix: string, uri: string])[] {
  const used = new Set([element.prefix])
  for (const { prefix } of element.attributes) if (prefix !== '') used.add(prefix)
  for (const prefix of inclusivePrefixes)
    if (prefix === '' || element.namespaces.has(prefix)) used.add(prefix)
  used.delete('xml')
  return [...used]
    .map((prefix) => [prefix, element.namespaces.get(prefix) ?? ''] as const)
    .filter(([prefix, uri]) => (rendered.get(prefix) ?? '') !== uri)
    .sort(([left], [right]) => compare(left, right))
}

function qualified({ prefix, name }: { readonly prefix: string; readonly name: string }): string {
  return prefix === '' ? name : `${prefix}:${name}`
}

/** By the URI of the namespace, then by name. All of them are ASCII. */
function compareAttributes(left: XmlAttribute, right: XmlAttribute): number {
  return compare(left.namespace, right.namespace) || compare(left.name, right.name)
}

function compare(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

const TEXT_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
}
const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character] ?? character)
}

function escapeAttribute(value: string): string {
  return value.replace(/[&<"\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character] ?? character)
}
