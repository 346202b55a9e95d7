/** Renders session tags, within what AWS takes. */
import { BrokerError } from './refusal.ts'
import { type AttributeValues, fillTemplate } from './template.ts'

const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/** @throws {BrokerError} `claim_unusable` for a value with characters that AWS does not take in a tag */
export function renderSessionTags(
  templates: Readonly<Record<string, string>>,
  values: AttributeValues,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(templates).map(([key, template]) => {
      const value = fillTemplate(template, values)
      if (!TAG_VALUE.test(value)) {
        throw new BrokerError(
          'claim_unusable',
          `Session tag "${key}" would hold characters that AWS does not take.`,
        )
      }
      return [key, value]
    }),
  )
}
