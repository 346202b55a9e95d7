/** What the audit record has of a token, also of one that is refused: never the token itself. */
import { isUnixTime, timeText } from '../model/time-text.ts'
import type { PresentedToken, VerifiedIdentity } from '../verify/verify-identity.ts'

/** Of text that anyone can send: records are stored and searched, which is paid for by the byte. */
const MAX_UNVERIFIED_CHARACTERS = 256
/** A token may have thousands. */
const MAX_AUDIENCES = 5

/** Nothing of it is verified unless the record has a `subject`. */
export interface RecordedToken {
  /** Whom the token is for: at most 5, each of at most 256 characters. */
  readonly tokenAudiences?: readonly string[] | undefined
  /** `kid` and `alg` of the header, of at most 256 characters; absent where it is not a JWT. */
  readonly keyId?: string | undefined
  readonly algorithm?: string | undefined
  /** When the token expires or expired; ISO 8601, UTC. */
  readonly expiresAt?: string | undefined
}

export function recordedToken(
  token: PresentedToken | undefined,
  identity: VerifiedIdentity | undefined,
): RecordedToken {
  const jwt = token && 'compact' in token ? token : undefined
  const claims = identity?.claims ?? jwt?.claims
  return {
    tokenAudiences: shortenAll(identity?.audiences ?? claims?.aud),
    keyId: shorten(jwt?.keyId),
    algorithm: shorten(jwt?.algorithm),
    expiresAt: isUnixTime(claims?.exp) ? timeText(claims.exp) : undefined,
  }
}

/** @returns at most 256 characters; a last one of `…` says that there were more */
export function shorten(unverified: string | undefined): string | undefined {
  return unverified === undefined || unverified.length <= MAX_UNVERIFIED_CHARACTERS
    ? unverified
    : `${unverified.slice(0, MAX_UNVERIFIED_CHARACTERS - 1).toWellFormed()}…`
}

function shortenAll(audiences: unknown): readonly string[] | undefined {
  if (audiences === undefined) return undefined
  const values: readonly unknown[] = Array.isArray(audiences) ? audiences : [audiences]
  const texts = values.slice(0, MAX_AUDIENCES).filter((value) => typeof value === 'string')
  return texts.map((text) => shorten(text) ?? '')
}
