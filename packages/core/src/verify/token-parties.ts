/** Who a token is for, and which app requested it: its audiences and its authorized party. */
import type { Trace } from '../model/trace.ts'
import { demand } from './demand.ts'
import type { SubjectToken } from './subject-token.ts'

type Claims = SubjectToken['claims']

/**
 * A list with anything but strings in it is refused as a whole: programs that read it differently
 * would disagree about whom the token is for.
 * @returns the values of `aud` (RFC 7519 §4.1.3); empty where the token has none
 * @throws {BrokerError} `invalid_token`
 */
export function readAudiences({ aud = [] }: Claims, trace: Trace): readonly string[] {
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const audiences = values.filter((value) => typeof value === 'string')
  const valid = audiences.length === values.length
  const types = values.map((value) => typeof value)
  demand(trace, 'aud contains only strings', valid, 'a string or a list of strings', types)
  return audiences
}

/**
 * The app that requested the token: `azp` (OpenID Connect Core §2), or `client_id` (RFC 9068 §2.2)
 * where there is no `azp`. One claim decides alone, so that a permitted `client_id` cannot hide the
 * `azp` of another app.
 * @returns undefined where the token has neither
 * @throws {BrokerError} `invalid_token` where either is present and not a non-empty string
 */
export function readAuthorizedParty({ azp, client_id }: Claims, trace: Trace): string | undefined {
  const present = [azp, client_id].filter((value) => value !== undefined)
  const parties = present.filter((value) => typeof value === 'string').filter(Boolean)
  const valid = parties.length === present.length
  const types = present.map((value) => typeof value)
  demand(trace, 'azp and client_id are non-empty strings', valid, '1 or more characters', types)
  return parties[0]
}
