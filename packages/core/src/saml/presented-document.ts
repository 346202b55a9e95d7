/** Finds the assertion and the signatures of a document. Nothing of it is verified yet. */
import { readAssertion } from './read-assertion.ts'
import { requiredAttribute } from './read-children.ts'
import { type ResponseContent, readResponse } from './read-response.ts'
import { DOCUMENT_LIMITS, readXml } from './read-xml.ts'
import { ASSERTION, PROTOCOL } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import { readSignatureElement, type XmlSignature } from './signature-element.ts'
import { elementsIn, type XmlElement } from './xml-element.ts'

/** An element, and the signature over it. */
export interface SignedElement {
  readonly element: XmlElement
  readonly signature: XmlSignature
}

/** A `samlp:Response` with one assertion, or an assertion alone. */
export interface PresentedDocument {
  readonly issuer: string
  /** Undefined where the assertion is presented alone. */
  readonly response: ResponseContent | undefined
  readonly signedResponse: SignedElement | undefined
  readonly signedAssertion: SignedElement | undefined
}

/** A program that searches for one of them must find the one that was checked. */
const SEARCHED = ['Response', 'Assertion', 'Signature', 'SignedInfo', 'SignatureValue']

/** @throws {SamlProblem} */
export function readSamlDocument(xml: string): PresentedDocument {
  const root = readXml(xml, DOCUMENT_LIMITS)
  const isResponse = root.namespace === PROTOCOL && root.name === 'Response'
  if (!isResponse && !(root.namespace === ASSERTION && root.name === 'Assertion'))
    throw new SamlProblem('is neither a Response nor an Assertion of SAML 2.0')
  const response = isResponse ? readResponse(root) : undefined
  const assertion = readAssertion(response?.assertion ?? root)
  const signedResponse = response && signedElement(response)
  const signedAssertion = signedElement(assertion)
  const signed = [signedResponse, signedAssertion].filter((one) => one !== undefined)
  if (signed.length === 0) throw new SamlProblem('has no signature')
  checkPlaces(root, [
    ...(response === undefined ? [] : [root]),
    assertion.element,
    ...signed.flatMap(({ signature: { element, signedInfo } }) => [element, signedInfo]),
  ])
  return { issuer: assertion.issuer, response, signedResponse, signedAssertion }
}

/** Signature wrapping moves an element that is signed, and puts another one in its place. */
function signedElement({
  element,
  signature,
}: {
  readonly element: XmlElement
  readonly signature: XmlElement | undefined
}): SignedElement | undefined {
  if (signature === undefined) return undefined
  const read = readSignatureElement(signature)
  if (read.reference !== requiredAttribute(element, 'ID'))
    throw new SamlProblem(`has a signature in ${element.name} over another element`)
  return { element, signature: read }
}

/** @param known all of {@link SEARCHED}, except the values of signatures, which have one place */
function checkPlaces(root: XmlElement, known: readonly XmlElement[]): void {
  const ids = new Set<string>()
  let values = 0
  for (const element of elementsIn(root)) {
    if (element.name === 'SignatureValue') values++
    else if (SEARCHED.includes(element.name) && !known.includes(element))
      throw new SamlProblem(`has a ${element.name} in another place than its own`)
    for (const { name, value } of element.attributes) {
      if (!/^id$/i.test(name)) continue
      if (ids.has(value)) throw new SamlProblem('has one ID twice')
      ids.add(value)
    }
  }
  if (values !== known.filter(({ name }) => name === 'SignedInfo').length)
    throw new SamlProblem('has a SignatureValue in another place than its own')
}
