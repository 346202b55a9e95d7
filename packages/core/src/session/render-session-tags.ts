/** Renders session tags, within what AWS allows. */
import { BrokerError } from '../model/broker-error.ts'
import { MAX_TAG_VALUE_CHARACTERS, TAG_TEXT } from '../model/sts-limits.ts'
import { type AttributeValues, fillTemplate } from '../policy/template.ts'

/** @throws {BrokerError} `claim_unusable` for a value with characters that AWS refuses in a tag */
export function renderSessionTags(
  templates: Readonly<Record<string, string>>,
  values: AttributeValues,
): Record<string, string> {
  const tags = Object.entries(templates).map(([key, template]) => {
    const value = fillTemplate(template, values)
    if (value.length > MAX_TAG_VALUE_CHARACTERS || !TAG_TEXT.test(value))
      throw new BrokerError(
        'claim_unusable',
        `The value of the session tag "${key}" contains characters that AWS refuses in tags, or more than ${MAX_TAG_VALUE_CHARACTERS} of them.`,
      )
    return [key, value]
  })
  return Object.fromEntries(tags)
}
