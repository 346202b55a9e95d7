/** How AWS and its logs identify a session: by its name, its source identity and its tags. */
import { type Actor, actorsOf } from '../model/actor.ts'
import { BrokerError } from '../model/broker-error.ts'
import { keyedNameDigest } from '../model/digest.ts'
import { shownValue } from '../model/shown-value.ts'
import { MAX_TAG_VALUE_CHARACTERS, SESSION_NAME, TAG_TEXT } from '../model/sts-limits.ts'
import { type AttributeValues, fillTemplate } from '../policy/template.ts'

const DIGEST_CHARACTERS = 16

/** What the names of sessions need from the deployment. */
export interface NamingPorts {
  /**
   * Secret of the deployment: 32 or more random characters, the same in all its instances and
   * after each start.
   */
  readonly sessionNameKey: string
}

/** Whose session it is. */
export interface SessionOwner {
  readonly tenant: string
  readonly issuer: string
  readonly subject: string
  /** Who acts for the subject; absent: the subject itself. */
  readonly actor?: Actor
}

/**
 * A role session name or source identity of 2 to 64 characters of `[\w+=,.@-]`: the rendered
 * template, followed by 80 bits of a keyed digest of tenant, issuer, subject, actors and that text.
 * A subject and each party that acts for it have sessions of different names. A resource policy may
 * name a session ARN, so two callers never share one. The key prevents that a caller whose own
 * token STS accepts computes the name of another caller's session, and calls STS with it. A text
 * that does not fit is only in the digest, never shortened into another user's name.
 */
export function nameSession(
  text: string,
  owner: SessionOwner,
  { sessionNameKey }: NamingPorts,
): string {
  // A shorter digest is the beginning of a longer one.
  const digest = keyedNameDigest(
    sessionNameKey,
    2 * DIGEST_CHARACTERS,
    owner.tenant,
    owner.issuer,
    owner.subject,
    ...(owner.actor ? actorsOf(owner.actor) : []).flatMap((one) => [one.issuer, one.subject]),
    text,
  )
  const name = `${text}-${digest.slice(0, DIGEST_CHARACTERS)}`
  const fits = text !== '' && SESSION_NAME.test(name)
  return fits ? name : digest
}

/** The text of a name of {@link nameSession}; empty where the name is the digest alone. */
export function textOfName(name: string): string {
  return /^[a-z2-7]{32}$/.test(name) ? '' : name.replace(/-[a-z2-7]{16}$/, '')
}

/** @throws {BrokerError} `claim_unusable` for a value with characters that AWS refuses in a tag */
export function renderSessionTags(
  templates: Readonly<Record<string, string>>,
  values: AttributeValues,
): Record<string, string> {
  const tags = Object.entries(templates).map(([key, template]) => {
    const value = fillTemplate(template, values)
    if (value.length > MAX_TAG_VALUE_CHARACTERS || !TAG_TEXT.test(value))
      throw new BrokerError('claim_unusable', describeTagValue(key, value))
    return [key, value]
  })
  return Object.fromEntries(tags)
}

/** For the operator, with at most 64 characters of the value. */
function describeTagValue(key: string, value: string): string {
  const refused = [...value].find((character) => !TAG_TEXT.test(character))
  const problem =
    refused === undefined ? `${value.length} characters` : `${shownValue(refused)} in it`
  return (
    `The value of the session tag "${key}" cannot be used: expected at most ` +
    `${MAX_TAG_VALUE_CHARACTERS} letters, digits, spaces and _.:/=+-@, found ` +
    `${shownValue(value)}, with ${problem}; correct the claim at the issuer, or the tag in the ` +
    'tenant document.'
  )
}
