/** Reads a `samlp:Response`: whether the login succeeded, and its one assertion. */
import {
  attributeOf,
  demandAttributes,
  once,
  optional,
  readChildren,
  repeated,
  requiredAttribute,
} from './read-children.ts'
import { demandMessage, readIssuer, requiredInstant } from './read-values.ts'
import { ASSERTION, PROTOCOL, SIGNATURE, SUCCESS } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import type { XmlElement } from './xml-element.ts'

export interface ResponseContent {
  readonly element: XmlElement
  readonly issuer: string | undefined
  readonly destination: string | undefined
  /** Milliseconds since the epoch. */
  readonly issueInstant: number
  readonly signature: XmlElement | undefined
  readonly assertion: XmlElement
}

/** @throws {SamlProblem} */
export function readResponse(element: XmlElement): ResponseContent {
  demandMessage(element, ['Destination', 'InResponseTo', 'Consent'])
  const { one, all } = readChildren(element, [
    optional(ASSERTION, 'Issuer'),
    optional(SIGNATURE, 'Signature'),
    once(PROTOCOL, 'Status'),
    repeated(ASSERTION, 'Assertion'),
  ])
  demandSuccess(one('Status'))
  const [issuer] = all('Issuer')
  if (all('Assertion').length > 1) throw new SamlProblem('has more than one Assertion')
  return {
    element,
    issuer: issuer && readIssuer(issuer),
    destination: attributeOf(element, 'Destination'),
    issueInstant: requiredInstant(element, 'IssueInstant'),
    signature: all('Signature')[0],
    assertion: one('Assertion'),
  }
}

function demandSuccess(status: XmlElement): void {
  const { one } = readChildren(status, [
    once(PROTOCOL, 'StatusCode'),
    optional(PROTOCOL, 'StatusMessage'),
    optional(PROTOCOL, 'StatusDetail'),
  ])
  demandAttributes(one('StatusCode'), ['Value'])
  const value = requiredAttribute(one('StatusCode'), 'Value')
  const [, name = 'unknown'] = /^urn:oasis:names:tc:SAML:2\.0:status:(\w{1,64})$/.exec(value) ?? []
  if (value !== SUCCESS)
    throw new SamlProblem(`says that the login failed at the identity provider (status ${name})`)
}
