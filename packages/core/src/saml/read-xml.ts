/**
 * A strict reader of XML: the small part of the language that signed SAML needs. What it accepts,
 * every XML parser reads in the same way (CVE-2025-25291, CVE-2025-25292).
 */
import { SamlProblem } from './saml-problem.ts'
import type { XmlAttribute, XmlElement } from './xml-element.ts'
import { decodeReferences, normalizeLines } from './xml-text.ts'

export interface XmlLimits {
  /** In UTF-16 code units. */
  readonly characters: number
  readonly elements: number
}

/** Of a response or an assertion. */
export const DOCUMENT_LIMITS: XmlLimits = { characters: 100_000, elements: 2_000 }

const MAX_DEPTH = 24
const MAX_ATTRIBUTES = 32
/** Each element that declares one copies those around it. */
const MAX_NAMESPACES = 32

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
const RESERVED_NAMESPACES = [XML_NAMESPACE, 'http://www.w3.org/2000/xmlns/']
/**
 * Canonical XML 1.0 §1.3: with a relative one, some programs find that nothing is signed. libxml2
 * and xml-crypto do not escape what an attribute's value must escape.
 */
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z\d+.-]*:[!#-%(-;=?-~]+$/

const quotedValue = (value: string) => `(?:"${value}"|'${value}')`
const DECLARATION = new RegExp(
  `^<\\?xml version=${quotedValue('1\\.0')}(?: encoding=${quotedValue('[Uu][Tt][Ff]-8')})?` +
    `(?: standalone=${quotedValue('(?:yes|no)')})? ?\\?>`,
)
const NAME = /(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)/y
const ATTRIBUTE = /[ \n\t]+(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)=(?:"([^<"]*)"|'([^<']*)')/y
const TAG_END = /[ \n\t]*(\/?)>/y
const WHITE_SPACE = /^[ \n\t]*$/

type Written = Omit<XmlAttribute, 'namespace'>

interface OpenElement extends XmlElement {
  readonly children: (XmlElement | string)[]
}

/**
 * Reads elements, attributes, text, the predefined entities and references to characters. Names are
 * ASCII. Comments, CDATA sections, document types and processing instructions are refused: they
 * divide a text into parts, of which some programs read only the first.
 * @throws {SamlProblem}
 */
export function readXml(document: string, limits: XmlLimits): XmlElement {
  if (document.length > limits.characters)
    throw new SamlProblem(`is longer than ${limits.characters} characters`)
  const text = normalizeLines(document)
  const open: OpenElement[] = []
  let root: OpenElement | undefined
  let elements = 0
  let at = DECLARATION.exec(text)?.[0].length ?? 0
  while (at < text.length) {
    const parent = open.at(-1)
    const next = text.indexOf('<', at)
    const end = next < 0 ? text.length : next
    if (end > at) addText(text.slice(at, end), parent)
    if (next < 0) break
    const following = text[next + 1]
    if (following === '!' || following === '?') throw new SamlProblem(describeMarkup(text, next))
    if (following === '/') {
      at = closeElement(text, next, open.pop())
      continue
    }
    if (parent === undefined && root !== undefined)
      throw new SamlProblem('has several elements at its top')
    if (++elements > limits.elements)
      throw new SamlProblem(`has more than ${limits.elements} elements`)
    if (open.length >= MAX_DEPTH)
      throw new SamlProblem(`is nested deeper than ${MAX_DEPTH} elements`)
    const started = openElement(text, next, parent)
    parent?.children.push(started.element)
    root ??= started.element
    if (!started.isEmpty) open.push(started.element)
    at = started.end
  }
  if (root === undefined || open.length > 0) throw new SamlProblem('is not complete XML')
  return root
}

function addText(raw: string, parent: OpenElement | undefined): void {
  if (parent === undefined) {
    if (!WHITE_SPACE.test(raw)) throw new SamlProblem('has text outside of its element')
    return
  }
  // XML 1.0 §2.4.
  if (raw.includes(']]>')) throw new SamlProblem('has the end of a CDATA section in its text')
  parent.children.push(decodeReferences(raw))
}

function describeMarkup(text: string, at: number): string {
  if (text.startsWith('<!--', at)) return 'has a comment'
  if (text.startsWith('<![CDATA[', at)) return 'has a CDATA section'
  return text[at + 1] === '?' ? 'has a processing instruction' : 'has a document type'
}

/** @returns where the end tag ends */
function closeElement(text: string, at: number, element: OpenElement | undefined): number {
  const [, prefix = '', name] = match(NAME, text, at + 2) ?? []
  if (element === undefined || name !== element.name || prefix !== element.prefix)
    throw new SamlProblem('has an end tag without its start tag')
  const [, slash] = match(TAG_END, text, NAME.lastIndex) ?? []
  if (slash !== '') throw new SamlProblem('has an end tag that is not well formed')
  return TAG_END.lastIndex
}

function openElement(
  text: string,
  at: number,
  parent: OpenElement | undefined,
): { readonly element: OpenElement; readonly isEmpty: boolean; readonly end: number } {
  const [, prefix = '', name] = match(NAME, text, at + 1) ?? []
  if (name === undefined) throw new SamlProblem('has a tag that is not well formed')
  const written: Written[] = []
  let end = NAME.lastIndex
  for (;;) {
    const found = match(ATTRIBUTE, text, end)
    if (found === undefined) break
    const [, attributePrefix = '', attributeName = '', quoted = found[4] ?? ''] = found
    // XML 1.0 §3.3.3: a line feed or a tab is read as a space, unless it is a reference.
    const value = decodeReferences(quoted.replace(/[\n\t]/g, ' '))
    written.push({ prefix: attributePrefix, name: attributeName, value })
    if (written.length > MAX_ATTRIBUTES)
      throw new SamlProblem(`has an element with more than ${MAX_ATTRIBUTES} attributes`)
    end = ATTRIBUTE.lastIndex
  }
  const [, slash] = match(TAG_END, text, end) ?? []
  if (slash === undefined) throw new SamlProblem('has a tag that is not well formed')
  const namespaces = declareNamespaces(written, parent?.namespaces ?? new Map())
  const attributes = written
    .filter((attribute) => !isDeclaration(attribute))
    .map((attribute) => ({
      ...attribute,
      namespace: attribute.prefix === '' ? '' : namespaceOf(attribute.prefix, namespaces),
    }))
  const names = attributes.map((one) => `${one.namespace} ${one.name}`)
  if (new Set(names).size < names.length)
    throw new SamlProblem('has an element with two attributes of one name')
  const namespace = namespaceOf(prefix, namespaces)
  const element = { prefix, name, namespace, attributes, namespaces, children: [] }
  return { element, isEmpty: slash === '/', end: TAG_END.lastIndex }
}

function isDeclaration({ prefix, name }: Written): boolean {
  return prefix === 'xmlns' || (prefix === '' && name === 'xmlns')
}

/** Namespaces in XML 1.0 §3. */
function declareNamespaces(
  written: readonly Written[],
  around: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  // xml-crypto takes every name with this beginning for a declaration.
  if (written.some(({ prefix, name }) => prefix !== 'xmlns' && /^xmlns./.test(prefix || name)))
    throw new SamlProblem('has an attribute whose name begins with xmlns')
  const declarations = written.filter(isDeclaration)
  if (declarations.length === 0) return around
  const namespaces = new Map(around)
  const declared = new Set<string>()
  for (const { prefix, name, value } of declarations) {
    const of = prefix === '' ? '' : name
    const isReserved = of === 'xml' || of === 'xmlns' || RESERVED_NAMESPACES.includes(value)
    const isUsable = ABSOLUTE_URI.test(value) || (of === '' && value === '')
    if (isReserved || declared.has(of) || !isUsable)
      throw new SamlProblem('declares a namespace that cannot be used')
    declared.add(of)
    namespaces.set(of, value)
  }
  if (namespaces.size > MAX_NAMESPACES)
    throw new SamlProblem(`has more than ${MAX_NAMESPACES} namespaces in one place`)
  return namespaces
}

function namespaceOf(prefix: string, namespaces: ReadonlyMap<string, string>): string {
  if (prefix === 'xml') return XML_NAMESPACE
  const uri = namespaces.get(prefix)
  if (uri === undefined && prefix !== '') throw new SamlProblem('uses a prefix without a namespace')
  return uri ?? ''
}

/** @param pattern sticky: it matches at this place, or not */
function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}
