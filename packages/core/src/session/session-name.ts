/** Names by which AWS and its logs identify a session; the caller has no influence on them. */
import { nameDigestOf } from '../model/digest.ts'
import { MAX_SESSION_NAME_CHARACTERS, SESSION_NAME } from '../model/sts-limits.ts'

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
  const digest = (length: number) =>
    nameDigestOf(length, owner.tenant, owner.issuer, owner.subject, text)
  const name = `${text}-${digest(DIGEST_CHARACTERS)}`
  const fits = text !== '' && name.length <= MAX_SESSION_NAME_CHARACTERS && SESSION_NAME.test(name)
  return fits ? name : digest(2 * DIGEST_CHARACTERS)
}
