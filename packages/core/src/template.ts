/** Text with `{{attribute}}` slots, as tenant documents write it. */
import type { AttributeValue } from './attributes.ts'
import { BrokerError } from './refusal.ts'

/** Values by attribute name; a Map, so that no name finds anything inherited. */
export type AttributeValues = ReadonlyMap<string, AttributeValue>

const SLOT = /\{\{\s*(\w+)\s*\}\}/g

/** Names of the attributes that a template uses. */
export function slotsOf(template: string): string[] {
  return [...template.matchAll(SLOT)].map((match) => String(match[1]))
}

/** Fills every slot. @throws {BrokerError} `config_invalid` for a slot without a value, which the compile step rules out. */
export function fillTemplate(template: string, values: AttributeValues): string {
  return template.replace(SLOT, (_, name: string) => {
    const value = values.get(name)
    if (value === undefined)
      throw new BrokerError('config_invalid', `A template uses the undeclared attribute "${name}".`)
    return value
  })
}

/** What every filling of the template matches, as IAM writes patterns. */
export function slotsAsWildcards(template: string): string {
  return template.replace(SLOT, '*')
}
