/** Names by which AWS and its logs know a session; the caller has no say in them. */
import { nameDigestOf } from './digest.ts'

const MAX_NAME_CHARACTERS = 64
const NAME = /^[\w+=,.@-]+$/
const DIGEST_CHARACTERS = 16

/**
 * A role session name or source identity of 2 to 64 characters of `[\w+=,.@-]`: what the template gave, followed by 80
 * bits of a digest of tenant, issuer, subject and that text. A resource policy may name a session ARN, so two callers
 * never share one. A text that does not fit is only in the digest, never shortened into another user's name.
 */
export function nameSession(
  text: string,
  owner: { tenant: string; issuer: string; subject: string },
): string {
  const digest = (length: number) =>
    nameDigestOf(length, owner.tenant, owner.issuer, owner.subject, text)
  const fits = NAME.test(text) && text.length + 1 + DIGEST_CHARACTERS <= MAX_NAME_CHARACTERS
  return fits ? `${text}-${digest(DIGEST_CHARACTERS)}` : digest(2 * DIGEST_CHARACTERS)
}
