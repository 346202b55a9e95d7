/** The second reading of a signed document, by xml-crypto: both must find the same text. */
import type { SignedElement, SignedText } from '@token-broker/core/saml'
import { DOMParser } from '@xmldom/xmldom'
import { ExclusiveCanonicalization } from 'xml-crypto/lib/exclusive-canonicalization.js'

const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'
const DECLARATIONS = 'http://www.w3.org/2000/xmlns/'

/**
 * Whether xmldom and xml-crypto, which share no code with our reader, find the same canonical form
 * of what is signed and of the `SignedInfo` over it. Where both are the same bytes, the signature
 * is valid for both. A document that two programs read differently is how an attacker has one
 * signed and shows another (CVE-2025-25291, CVE-2025-25292).
 *
 * Not by `SignedXml.checkSignature`, which costs 7 ms for its XPath expressions: the places of the
 * elements are found here, again without our own reader.
 * @param signed what our own check accepted
 */
export function isSignedTextConfirmed(
  xml: string,
  { signature }: SignedElement,
  signed: SignedText,
): boolean {
  try {
    return hasSameText(xml, signature, signed)
  } catch {
    return false
  }
}

function hasSameText(
  xml: string,
  { reference, signedInfoPrefixes, referencePrefixes }: SignedElement['signature'],
  signed: SignedText,
): boolean {
  const document = new DOMParser({ errorHandler: refuseDocument }).parseFromString(xml, 'text/xml')
  const all = Array.from(document.getElementsByTagName('*'))
  const [element, ...sameId] = all.filter((one) => idsOf(one).includes(reference))
  const [signatureElement, ...more] = childrenOf(element, 'Signature')
  const [signedInfo, ...others] = childrenOf(signatureElement, 'SignedInfo')
  if (sameId.length + more.length + others.length > 0) return false
  if (element === undefined || signatureElement === undefined || signedInfo === undefined)
    return false
  if (canonicalFormOf(signedInfo, signedInfoPrefixes) !== signed.signedInfo) return false
  element.removeChild(signatureElement)
  return canonicalFormOf(element, referencePrefixes) === signed.text
}

function canonicalFormOf(element: Element, prefixes: readonly string[]): string {
  const inclusiveNamespacesPrefixList = [...prefixes]
  const ancestorNamespaces = prefixes.length === 0 ? [] : namespacesAround(element)
  const options = { inclusiveNamespacesPrefixList, ancestorNamespaces }
  return String(new ExclusiveCanonicalization().process(element, options))
}

/** Those that the element itself does not declare: xml-crypto adds them to it. */
function namespacesAround(element: Element) {
  const found = new Map<string, string>()
  for (let at: Node | null = element.parentNode; at !== null; at = at.parentNode)
    for (const { prefix, localName, value } of isElement(at) ? Array.from(at.attributes) : [])
      if (prefix === 'xmlns' && !found.has(localName)) found.set(localName, value)
  return [...found]
    .filter(([prefix]) => !element.hasAttributeNS(DECLARATIONS, prefix))
    .map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }))
}

function idsOf(element: Element): string[] {
  return Array.from(element.attributes)
    .filter(({ localName }) => /^id$/i.test(localName))
    .map(({ value }) => value)
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1
}

function childrenOf(element: Element | undefined, name: string): Element[] {
  const found = element?.getElementsByTagNameNS(SIGNATURE, name) ?? []
  return Array.from(found).filter(({ parentNode }) => parentNode === element)
}

/** Otherwise xmldom repairs a document, and prints what it repaired. */
function refuseDocument(): never {
  throw new Error('The document is not well formed.')
}
