/** How AWS and its logs identify a session: by its name, its source identity and its tags. */
import { BrokerError } from '../model/broker-error.ts'
import { nameDigestOf } from '../model/digest.ts'
import { MAX_TAG_VALUE_CHARACTERS, SESSION_NAME, TAG_TEXT } from '../model/sts-limits.ts'
import { type AttributeValues, fillTemplate } from '../policy/template.ts'

const DIGEST_CHARACTERS = 16

/**
 * A role session name or source identity of 2 to 64 characters of `[\w+=,.@-]`: the rendered
 * template, followed by 80 bits of a digest of tenant, issuer, subject and that text. A resource
 * policy may name a session ARN, so two callers never share one. A text that does not fit is only
 * in the digest, never shortened into another user's name.
 */
export function nameSession(
  text: string,
  owner: { tenant: string; issuer: string; subject: string },
): string {
  // A shorter digest is the beginning of a longer one.
  const digest = nameDigestOf(
    2 * DIGEST_CHARACTERS,
    owner.tenant,
    owner.issuer,
    owner.subject,
    text,
  )
  const name = `${text}-${digest.slice(0, DIGEST_CHARACTERS)}`
  const fits = text !== '' && SESSION_NAME.test(name)
  return fits ? name : digest
}

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
        `The value of the session tag "${key}" has characters that AWS refuses in tags, ` +
          `or more than ${MAX_TAG_VALUE_CHARACTERS} of them.`,
      )
    return [key, value]
  })
  return Object.fromEntries(tags)
}
