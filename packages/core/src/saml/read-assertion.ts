/** Reads a `saml:Assertion` completely, in the order of its schema (SAML Core §2.3.3). */
import { type AttributeValues, readAttributes } from './read-attributes.ts'
import {
  attributeOf,
  demandAttributes,
  once,
  optional,
  readChildren,
  readOnlyText,
  repeated,
} from './read-children.ts'
import { type ConditionsContent, readAssertionConditions } from './read-conditions.ts'
import { readSubjectElement, type SubjectContent } from './read-subject.ts'
import { demandMessage, readInstant, readIssuer, requiredInstant } from './read-values.ts'
import { ASSERTION, SIGNATURE } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import type { XmlElement } from './xml-element.ts'

interface AuthenticationContent {
  /** Milliseconds since the epoch. */
  readonly instant: number
  readonly sessionNotOnOrAfter: number | undefined
  readonly sessionIndex: string | undefined
  readonly contextClass: string | undefined
}

export interface AssertionContent {
  readonly element: XmlElement
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly issueInstant: number
  readonly signature: XmlElement | undefined
  readonly subject: SubjectContent
  readonly conditions: ConditionsContent
  readonly authentication: AuthenticationContent | undefined
  readonly attributes: AttributeValues
}

/** @throws {SamlProblem} */
export function readAssertion(element: XmlElement): AssertionContent {
  demandMessage(element, [])
  const { one, all } = readChildren(element, [
    once(ASSERTION, 'Issuer'),
    optional(SIGNATURE, 'Signature'),
    once(ASSERTION, 'Subject'),
    once(ASSERTION, 'Conditions'),
    repeated(ASSERTION, 'AuthnStatement', 'AttributeStatement'),
  ])
  const [authentication, ...more] = all('AuthnStatement').map(readAuthentication)
  if (more.length > 0) throw new SamlProblem('has more than one AuthnStatement')
  return {
    element,
    issuer: readIssuer(one('Issuer')),
    issueInstant: requiredInstant(element, 'IssueInstant'),
    signature: all('Signature')[0],
    subject: readSubjectElement(one('Subject')),
    conditions: readAssertionConditions(one('Conditions')),
    authentication,
    attributes: readAttributes(all('AttributeStatement')),
  }
}

function readAuthentication(element: XmlElement): AuthenticationContent {
  demandAttributes(element, ['AuthnInstant', 'SessionIndex', 'SessionNotOnOrAfter'])
  const { one } = readChildren(element, [
    optional(ASSERTION, 'SubjectLocality'),
    once(ASSERTION, 'AuthnContext'),
  ])
  const context = readChildren(one('AuthnContext'), [
    optional(ASSERTION, 'AuthnContextClassRef'),
    repeated(ASSERTION, 'AuthnContextDecl', 'AuthnContextDeclRef'),
    repeated(ASSERTION, 'AuthenticatingAuthority'),
  ])
  const [contextClass] = context.all('AuthnContextClassRef')
  return {
    instant: requiredInstant(element, 'AuthnInstant'),
    sessionNotOnOrAfter: readInstant(element, 'SessionNotOnOrAfter'),
    sessionIndex: attributeOf(element, 'SessionIndex'),
    contextClass: contextClass && readOnlyText(contextClass),
  }
}
