/** Reads the `saml:AttributeStatement`s of an assertion. */
import {
  demandAttributes,
  readChildren,
  readOnlyText,
  repeated,
  requiredAttribute,
} from './read-children.ts'
import { ASSERTION, INSTANCE } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import type { XmlElement } from './xml-element.ts'

/** Values by the attribute's `Name`, in the order of the document. */
export type AttributeValues = ReadonlyMap<string, readonly string[]>

const FIELDS = ['Name', 'NameFormat', 'FriendlyName']

/**
 * Keycloak repeats an attribute once for each value, so values of one name are one list.
 * @throws {SamlProblem} where a value is not text: its children could be read as another text
 */
export function readAttributes(statements: readonly XmlElement[]): AttributeValues {
  const values = new Map<string, readonly string[]>()
  for (const statement of statements) {
    demandAttributes(statement, [])
    const { all } = readChildren(statement, [repeated(ASSERTION, 'Attribute')])
    for (const attribute of all('Attribute')) {
      demandAttributes(attribute, FIELDS)
      const name = requiredAttribute(attribute, 'Name')
      if (name === '') throw new SamlProblem('has an attribute without a name')
      const read = readChildren(attribute, [repeated(ASSERTION, 'AttributeValue')])
      const texts = read
        .all('AttributeValue')
        .filter((value) => !isNil(value))
        .map(readOnlyText)
      values.set(name, [...(values.get(name) ?? []), ...texts])
    }
  }
  return values
}

/** XML Schema §2.6.2: the attribute has no value there. */
function isNil({ attributes }: XmlElement): boolean {
  const nil = attributes.find(({ namespace, name }) => namespace === INSTANCE && name === 'nil')
  return nil !== undefined && ['true', '1'].includes(nil.value)
}
