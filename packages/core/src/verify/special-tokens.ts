/** Refuses tokens that an issuer signed, but that do not identify the one who sends them. */
import type { VerificationProfile } from '../model/compiled-tenant.ts'
import type { Trace } from '../model/trace.ts'
import { demand } from './demand.ts'
import type { SubjectToken } from './subject-token.ts'

const SPECIAL_CLAIMS = [
  {
    claim: 'events',
    check: 'token is not about an event (events)',
    reason:
      'The token has the claim events: it is a logout token or another security event token ' +
      '(RFC 8417), not an identity; send an ID token or an access token',
    advice: '',
  },
  {
    claim: 'act',
    check: 'token is not delegated (act)',
    /** For the caller too. */
    reason:
      'The token has the claim act: another party acts for its subject (RFC 8693 §4.1); send a ' +
      'token of the subject itself',
    advice: ', or write delegatedTokens: accept for the issuer, and rules that mention actor',
  },
] as const

/**
 * Presence is enough, also with the value null or an empty object: a token with a malformed
 * restriction must not count as one without it. `may_act` (RFC 8693 §4.4) is not refused here: it
 * names who may act for the subject, and is compared with the actor where there is one.
 * @throws {BrokerError} `invalid_token`
 */
export function refuseSpecialTokens(
  { claims }: Pick<SubjectToken, 'claims'>,
  { delegatedTokens }: Pick<VerificationProfile, 'delegatedTokens'>,
  trace: Trace,
): void {
  for (const { claim, check, reason, advice } of SPECIAL_CLAIMS) {
    if (claim === 'act' && delegatedTokens === 'accept') continue
    const present = Object.hasOwn(claims, claim)
    demand(trace, check, !present, '(absent)', present ? '(present)' : '(absent)', () => [
      `${reason}${advice}.`,
      'invalid_token',
      `${reason}.`,
    ])
  }
}
