/** Reads the `saml:Conditions` of an assertion (SAML Core §2.5). */
import {
  demandAttributes,
  demandEmpty,
  readChildren,
  readOnlyText,
  repeated,
} from './read-children.ts'
import { readInstant } from './read-values.ts'
import { ASSERTION } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import type { XmlElement } from './xml-element.ts'

export interface ConditionsContent {
  /** Milliseconds since the epoch. */
  readonly notBefore: number | undefined
  readonly notOnOrAfter: number | undefined
  /** Of each restriction. An assertion is for those that all of them name. */
  readonly audiences: readonly (readonly string[])[]
  readonly isOneTime: boolean
}

/**
 * A condition that is not understood makes an assertion invalid (§2.5.1.1), so `ProxyRestriction`
 * and conditions of other schemas are refused.
 * @throws {SamlProblem}
 */
export function readAssertionConditions(element: XmlElement): ConditionsContent {
  demandAttributes(element, ['NotBefore', 'NotOnOrAfter'])
  const rules = [repeated(ASSERTION, 'AudienceRestriction', 'OneTimeUse')]
  const known = element.children.every(
    (child) => typeof child === 'string' || rules.some((rule) => rule.names.includes(child.name)),
  )
  if (!known) throw new SamlProblem('has a condition that the broker does not know')
  const { all } = readChildren(element, rules)
  for (const oneTime of all('OneTimeUse')) demandEmpty(oneTime)
  return {
    notBefore: readInstant(element, 'NotBefore'),
    notOnOrAfter: readInstant(element, 'NotOnOrAfter'),
    audiences: all('AudienceRestriction').map(readRestriction),
    isOneTime: all('OneTimeUse').length > 0,
  }
}

function readRestriction(element: XmlElement): readonly string[] {
  demandAttributes(element, [])
  const { all } = readChildren(element, [repeated(ASSERTION, 'Audience')])
  return all('Audience').map(readOnlyText)
}
