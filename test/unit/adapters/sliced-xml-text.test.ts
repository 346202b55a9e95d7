/** The XML parser as it is bundled, compared with the one that the SDK publishes. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sliceTexts } from '../../../packages/functions/sliced-xml-text.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

type ParseXml = (xml: string) => unknown

const ROOT = path.resolve(import.meta.dirname, '../../..')
const FILE = 'node_modules/@aws-sdk/xml-builder/dist-es/xml-parser.js'
const source = readFileSync(path.join(ROOT, FILE), 'utf8')
const parsePublished = await load(source)
const parseBundled = await load(sliceTexts(source))

/** Parts of documents in any order: most are refused, and some end in the middle of a text. */
const PARTS = [
  ...['<a>', '</a>', '<b x="1" y=\'2\'>', '</b>', '<c/>', '<c z="&lt;"/>', '<a', 'a>', '</', '/>'],
  ...['<![CDATA[', ']]>', '<!--', '-->', '<?xml version="1.0"?>', '<!DOCTYPE a [', ']>', '"', '='],
  ...[
    '&amp;',
    '&#65;',
    '&#x41;',
    '&',
    ' ',
    '\n',
    '\r\n',
    'text',
    '__proto__',
    '\u{1f600}',
    '\ud83d',
  ],
]
const parts = fc.array(fc.constantFrom(...PARTS), { maxLength: 20 }).map((list) => list.join(''))
const elements = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(
      fc.constantFrom('a', 'b', '__proto__', 'a:b'),
      fc.constantFrom('', ' x="1"'),
      tie('content'),
    )
    .map(([tag, attributes, content]) => `<${tag}${attributes}>${content}</${tag}>`),
  content: fc
    .array(fc.oneof({ maxDepth: 3 }, fc.constantFrom(...PARTS.slice(-11)), tie('element')), {
      maxLength: 4,
    })
    .map((list) => list.join('')),
}))

it('reads what the published parser reads, and refuses what that refuses', () => {
  let read = 0
  fc.assert(
    fc.property(fc.oneof(parts, elements.element), (xml) => {
      const expected = outcomeOf(parsePublished, xml)
      expect(outcomeOf(parseBundled, xml)).toEqual(expected)
      if ('value' in expected) read++
    }),
    PROPERTY_RUNS,
  )
  expect(read).toBeGreaterThan(PROPERTY_RUNS.numRuns / 10)
})

it.each([
  ['let tag = "";', 'let tag = [].join("");', 'has 3 loops'],
  ['">/".includes', '">/".indexOf', 'by character, 3 sets'],
  ['decodeEntities(s)', 'decode(s)', 'and no "decodeEntities(s) {"'],
])('stops the build where the parser has no more %s', (part, other, message) => {
  expect(() => sliceTexts(source.replace(part, other))).toThrow(message)
})

async function load(text: string): Promise<ParseXml> {
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)).parseXML
}

function outcomeOf(parse: ParseXml, xml: string): { value: unknown } | { error: string } {
  try {
    return { value: parse(xml) }
  } catch (error) {
    return { error: String(error) }
  }
}
