/** Reads the values that several elements of SAML have: times, names of entities, versions. */
import { attributeOf, demandAttributes, readOnlyText, requiredAttribute } from './read-children.ts'
import { ENTITY_FORMAT } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import type { XmlElement } from './xml-element.ts'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/
const MAX_ENTITY_CHARACTERS = 1024
const NAME_QUALIFIERS = ['NameQualifier', 'SPNameQualifier', 'Format', 'SPProvidedID']

const MESSAGE_ATTRIBUTES = ['ID', 'Version', 'IssueInstant']

/** SAML Core §1.3.3: in UTC. @returns milliseconds since the epoch; undefined: there is none */
export function readInstant(element: XmlElement, name: string): number | undefined {
  const text = attributeOf(element, name)
  if (text === undefined) return undefined
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN
  // JavaScript reads 30 February as 2 March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== text.slice(0, 19))
    throw new SamlProblem(`has a ${name} in ${element.name} that is not a time in UTC`)
  return ms
}

/** @throws {SamlProblem} where it is missing */
export function requiredInstant(element: XmlElement, name: string): number {
  requiredAttribute(element, name)
  return readInstant(element, name) ?? 0
}

/** The entity id in a `saml:Issuer`, exactly as it is written. */
export function readIssuer(element: XmlElement): string {
  demandAttributes(element, NAME_QUALIFIERS)
  const format = attributeOf(element, 'Format') ?? ENTITY_FORMAT
  const text = readOnlyText(element)
  if (format !== ENTITY_FORMAT || text === '' || text.length > MAX_ENTITY_CHARACTERS)
    throw new SamlProblem('has an Issuer that is not the id of an entity')
  return text
}

export interface NameId {
  readonly value: string
  readonly format: string | undefined
  readonly nameQualifier: string | undefined
  readonly spNameQualifier: string | undefined
}

/** Its whole text: of a text with children, some programs read only the part before them. */
export function readNameId(element: XmlElement): NameId {
  demandAttributes(element, NAME_QUALIFIERS)
  return {
    value: readOnlyText(element),
    format: attributeOf(element, 'Format'),
    nameQualifier: attributeOf(element, 'NameQualifier'),
    spNameQualifier: attributeOf(element, 'SPNameQualifier'),
  }
}

/** @throws {SamlProblem} where a message is not of SAML 2.0, or has an ID that nothing can name */
export function demandMessage(element: XmlElement, others: readonly string[]): void {
  demandAttributes(element, [...MESSAGE_ATTRIBUTES, ...others])
  if (requiredAttribute(element, 'Version') !== '2.0')
    throw new SamlProblem(`has a ${element.name} of another version than 2.0`)
  if (!/^[A-Za-z_][\w.-]{0,255}$/.test(requiredAttribute(element, 'ID')))
    throw new SamlProblem(`has an ID in ${element.name} that is not a name`)
}
