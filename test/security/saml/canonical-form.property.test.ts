/** Generated documents have the same canonical form for our own reader and for xml-crypto. */
import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ExclusiveCanonicalization } from 'xml-crypto/lib/exclusive-canonicalization.js'
import { canonicalize } from '../../../packages/core/src/saml/canonical-xml.ts'
import { DOCUMENT_LIMITS, readXml } from '../../../packages/core/src/saml/read-xml.ts'
import { elementsIn } from '../../../packages/core/src/saml/xml-element.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

interface Generated {
  readonly prefix: string
  readonly name: string
  readonly declarations: Readonly<Record<string, string>>
  readonly attributes: readonly (readonly [name: string, value: string])[]
  readonly children: readonly (Generated | string)[]
}

/** Those that every document declares, so that each prefix has a namespace. */
const DECLARED = { '': 'urn:default', a: 'urn:a', b: 'urn:b', ds: 'urn:ds', xs: 'urn:xs' }
const PREFIXES = Object.keys(DECLARED)

it('is the same for the whole document and for each element in it', () => {
  fc.assert(
    fc.property(documents(), fc.subarray(['a', 'b', 'xs', 'none']), (xml, prefixes) => {
      const root = readXml(xml, DOCUMENT_LIMITS)
      const elements = [...elementsIn(root)]
      const others = Array.from(parse(xml).getElementsByTagName('*'))
      expect(others).toHaveLength(elements.length)
      for (const [index, element] of elements.entries()) {
        const other = others[index]
        if (other === undefined) throw new Error('an element is missing')
        expect(canonicalize(element)).toBe(secondForm(other, []))
      }
      // xml-crypto declares listed prefixes of the apex only where the element itself does.
      expect(canonicalize(root, { inclusivePrefixes: prefixes })).toBe(
        secondForm(parse(xml).documentElement, prefixes),
      )
    }),
    PROPERTY_RUNS,
  )
})

it('is its own canonical form', () => {
  fc.assert(
    fc.property(documents(), (xml) => {
      const form = canonicalize(readXml(xml, DOCUMENT_LIMITS))
      expect(canonicalize(readXml(form, DOCUMENT_LIMITS))).toBe(form)
    }),
    PROPERTY_RUNS,
  )
})

it('reads the text that was written', () => {
  fc.assert(
    fc.property(characters(), (text) => {
      const { children } = readXml(`<a>${escapeAll(text)}</a>`, DOCUMENT_LIMITS)
      expect(children.join('')).toBe(text)
      const root = readXml(`<a b="${escapeAll(text)}"/>`, DOCUMENT_LIMITS)
      expect(root.attributes[0]?.value).toBe(text)
    }),
    PROPERTY_RUNS,
  )
})

function secondForm(element: Element, prefixes: readonly string[]): string {
  const options = { inclusiveNamespacesPrefixList: [...prefixes] }
  return String(new ExclusiveCanonicalization().process(element, options))
}

function parse(xml: string) {
  return new DOMParser().parseFromString(xml, 'text/xml')
}

function documents(): fc.Arbitrary<string> {
  const { element } = fc.letrec<{ element: Generated }>((tie) => ({
    element: fc.record({
      prefix: fc.constantFrom(...PREFIXES),
      name: fc.constantFrom(
        'Assertion',
        'x',
        'NameID',
        'a-b',
        'c_1',
        'É'.normalize('NFD')[0] ?? 'E',
      ),
      declarations: fc.dictionary(
        fc.constantFrom(...PREFIXES),
        fc.constantFrom('urn:a', 'urn:b', 'urn:other'),
        { maxKeys: 3 },
      ),
      attributes: fc.uniqueArray(
        fc.tuple(
          fc.constantFrom('ID', 'Name', 'a:Name', 'b:type', 'xs:type', 'xml:lang', 'Z', 'id2'),
          characters().map(writeValue),
        ),
        // Two prefixes may have one namespace, and then two attributes one name.
        { selector: ([name]) => name.replace(/^.*:/, ''), maxLength: 4 },
      ),
      children: fc.array(
        fc.oneof(
          { maxDepth: 4 },
          characters().map(writeText),
          fc.constantFrom('/', '/a', ' /', '>', '&gt;', '&#13;', '\n', '\r\n', '&#x10FFFF;'),
          tie('element'),
        ),
        { maxLength: 4 },
      ),
    }),
  }))
  return element.map((one) => write({ ...one, declarations: { ...DECLARED, ...one.declarations } }))
}

/** What XML allows, except the line ends of XML 1.1, which our reader refuses. */
function characters(): fc.Arbitrary<string> {
  const one = fc
    .oneof(
      fc.constantFrom(...'&<>"\'/\t\n\r =!?-[]'),
      fc.integer({ min: 0x20, max: 0x17f }),
      fc.integer({ min: 0x2000, max: 0x2100 }),
      fc.integer({ min: 0xe000, max: 0xfffd }),
      fc.integer({ min: 0x1_0000, max: 0x10_ffff }),
    )
    .map((code) => (typeof code === 'number' ? String.fromCodePoint(code) : code))
    .filter((character) => character !== '\x85' && character !== '\u2028')
  return fc.array(one, { maxLength: 12 }).map((all) => all.join(''))
}

/** In one of the ways in which programs write them. */
function writeText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\]\]>/g, ']]&gt;')
    .replace(/\r/g, '&#xD;')
}

function writeValue(text: string): string {
  const value = text.replace(/&/g, '&#38;').replace(/</g, '&#x3c;').replace(/"/g, '&quot;')
  return value.replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function escapeAll(text: string): string {
  return Array.from(text, (character) => `&#${character.codePointAt(0)};`).join('')
}

function write({ prefix, name, declarations, attributes, children }: Generated): string {
  const tag = prefix === '' ? name : `${prefix}:${name}`
  const declared = Object.entries(declarations).map(
    ([one, uri]) => ` xmlns${one === '' ? '' : `:${one}`}="${uri}"`,
  )
  const written = attributes.map(([attribute, value]) => ` ${attribute}="${value}"`)
  const start = `${tag}${declared.join('')}${written.join('')}`
  if (children.length === 0) return `<${start}/>`
  const inner = children.map((child) => (typeof child === 'string' ? child : write(child)))
  return `<${start}>${inner.join('')}</${tag}>`
}
