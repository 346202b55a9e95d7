/** Decodes the text of XML: which characters it may have, and what its references stand for. */
import { SamlProblem } from './saml-problem.ts'

/**
 * What XML 1.0 §2.2 does not allow. U+0085 and U+2028 are text there, but line ends for programs
 * that follow XML 1.1, xmldom among them: the two read different documents.
 */
const REFUSED = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\x85\u2028]/u

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/**
 * XML 1.0 §2.11: each line end is read as a line feed.
 * @throws {SamlProblem} where a character is not allowed
 */
export function normalizeLines(text: string): string {
  if (REFUSED.test(text)) throw new SamlProblem('has a character that XML does not allow')
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

/**
 * Only the five references that need no declaration, and numbers of characters: others would need a
 * document type, with which a short document can become gigabytes, or contain files.
 * @throws {SamlProblem}
 */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^&;]{0,16};?)/g, (_, reference: string) => {
    const name = reference.endsWith(';') ? reference.slice(0, -1) : ''
    const character = ENTITIES.get(name) ?? decodeNumber(name)
    if (character === undefined || REFUSED.test(character))
      throw new SamlProblem('has an entity, or a reference to a character that XML does not allow')
    return character
  })
}

function decodeNumber(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name) ?? []
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined
}
