/** Reads the `saml:Subject` of an assertion: who it is about, and who may present it. */
import {
  attributeOf,
  demandAttributes,
  once,
  optional,
  readChildren,
  repeated,
  requiredAttribute,
} from './read-children.ts'
import { type NameId, readInstant, readNameId } from './read-values.ts'
import { ASSERTION } from './saml-names.ts'
import type { XmlElement } from './xml-element.ts'

export interface Confirmation {
  readonly method: string
  readonly recipient: string | undefined
  /** Milliseconds since the epoch. */
  readonly notBefore: number | undefined
  readonly notOnOrAfter: number | undefined
}

export interface SubjectContent {
  readonly nameId: NameId
  readonly confirmations: readonly Confirmation[]
}

const CONFIRMATION_DATA = ['NotBefore', 'NotOnOrAfter', 'Recipient', 'InResponseTo', 'Address']

/** @throws {SamlProblem} */
export function readSubjectElement(element: XmlElement): SubjectContent {
  demandAttributes(element, [])
  const { one, all } = readChildren(element, [
    once(ASSERTION, 'NameID'),
    repeated(ASSERTION, 'SubjectConfirmation'),
  ])
  return {
    nameId: readNameId(one('NameID')),
    confirmations: all('SubjectConfirmation').map(readConfirmation),
  }
}

/** A confirmation with a name of its own is for another one than the subject. */
function readConfirmation(element: XmlElement): Confirmation {
  demandAttributes(element, ['Method'])
  const method = requiredAttribute(element, 'Method')
  const rules = [optional(ASSERTION, 'SubjectConfirmationData')]
  const [data] = readChildren(element, rules).all('SubjectConfirmationData')
  if (data === undefined)
    return { method, recipient: undefined, notBefore: undefined, notOnOrAfter: undefined }
  demandAttributes(data, CONFIRMATION_DATA)
  return {
    method,
    recipient: attributeOf(data, 'Recipient'),
    notBefore: readInstant(data, 'NotBefore'),
    notOnOrAfter: readInstant(data, 'NotOnOrAfter'),
  }
}
