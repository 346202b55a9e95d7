/** Text with `{{attribute}}` slots, as tenant documents write it. */
import { BrokerError } from '../model/broker-error.ts'
import type { AttributeValue } from './attribute-value.ts'

/** Values by attribute name; a Map, so that no name finds anything inherited. */
export type AttributeValues = ReadonlyMap<string, AttributeValue>

/** The source of the regular expression of one slot; its first group is the attribute's name. */
export const SLOT_PATTERN = '\\{\\{\\s*(\\w+)\\s*\\}\\}'

const SLOT = new RegExp(SLOT_PATTERN, 'g')

/** Names of the attributes that a template uses. */
export function slotsOf(template: string): string[] {
  return [...template.matchAll(SLOT)].map((match) => String(match[1]))
}

export function hasSlots(template: string): boolean {
  return template.search(SLOT) !== -1
}

/**
 * Fills every slot.
 * @throws {BrokerError} `config_invalid` for a slot without a value, which the compile step rules out
 */
export function fillTemplate(template: string, values: AttributeValues): string {
  return template.replace(SLOT, (_, name: string) => {
    const value = values.get(name)
    if (value === undefined)
      throw new BrokerError(
        'config_invalid',
        `A template uses the undeclared attribute "${name}"; build the tenants again.`,
      )
    return value
  })
}

/** What every rendering of the template matches, as IAM writes patterns. */
export function slotsAsWildcards(template: string): string {
  return template.replace(SLOT, '*')
}
