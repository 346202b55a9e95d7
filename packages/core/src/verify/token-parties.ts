/** Whom a token identifies, whom it is for, and which app requested it. */
import { lookUpClaim } from '../expression/claim-paths.ts'
import type { VerificationProfile } from '../model/compiled-tenant.ts'
import { shownType } from '../model/shown-value.ts'
import type { Trace } from '../model/trace.ts'
import { demand } from './demand.ts'
import type { SubjectToken } from './subject-token.ts'

/** What one profile reads in a token. Another profile of the issuer may read other claims. */
export interface TokenParties {
  /** Profiles of SAML issuers differ in which attributes are lists. */
  readonly claims: Claims
  readonly subject: string
  readonly audiences: readonly string[]
  /** Undefined where the token names none. */
  readonly authorizedParty: string | undefined
  /** How long a session may last at most; absent: as long as the grant says. */
  readonly maxSessionSeconds?: number
}

type Claims = SubjectToken['claims']

const PARTY = ['azp', 'client_id']

/**
 * Two callers with one subject are the same caller: they get the same session names.
 * @returns the claim that identifies the caller: `sub` (RFC 7519 §4.1.2), or the profile's own
 * @throws {BrokerError} `invalid_token` where it is not a non-empty string
 */
export function readSubject(
  claims: Claims,
  { subject: path }: Pick<VerificationProfile, 'subject'>,
  trace: Trace,
): string {
  const subject = path ? lookUpClaim(path, claims) : claims.sub
  const isNamed = typeof subject === 'string' && subject !== ''
  const check = `${path?.join('.') ?? 'sub'} is a non-empty string`
  demand(trace, check, isNamed, '1 or more characters', typeof subject, () => [
    `The token does not identify its subject: expected ${path?.join('.') ?? 'sub'} with 1 or ` +
      `more characters, found ${shownType(subject)}; name the claim that identifies the callers ` +
      'of this issuer in its field subject.',
    'invalid_token',
    path
      ? undefined
      : 'The token has no subject: expected sub with 1 or more characters, found ' +
        `${shownType(subject)}; let the issuer write one.`,
  ])
  return isNamed ? subject : ''
}

/**
 * A list with anything but strings in it is refused as a whole: programs that read it differently
 * would disagree about whom the token is for.
 * @returns the values of `aud` (RFC 7519 §4.1.3), or of the profile's fallback where the token has
 *   no `aud` at all; empty where it has neither
 * @throws {BrokerError} `invalid_token`
 */
export function readAudiences(
  claims: Claims,
  { audienceFallback }: Pick<VerificationProfile, 'audienceFallback'>,
  trace: Trace,
): readonly string[] {
  const { aud = [] } = claims
  if (audienceFallback !== undefined && !Object.hasOwn(claims, 'aud')) {
    const only = claims[audienceFallback]
    const isText = typeof only === 'string'
    const check = `${audienceFallback}, in place of aud, is a string`
    demand(trace, check, isText || only === undefined, 'a string', typeof only, () => [
      `The claim ${audienceFallback}, which takes the place of aud, is not text: expected a ` +
        `string, found ${shownType(only)}; correct it at the issuer.`,
    ])
    return isText ? [only] : []
  }
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const audiences = values.filter((value) => typeof value === 'string')
  const valid = audiences.length === values.length
  const types = values.map((value) => typeof value)
  demand(trace, 'aud contains only strings', valid, 'a string or a list of strings', types, () => {
    const what =
      'The claim aud of the token is not text: expected a string or a list of strings, found ' +
      `${shownType(values.find((value) => typeof value !== 'string'))}; correct it at the issuer.`
    return [what, 'invalid_token', what]
  })
  return audiences
}

/**
 * The app that requested the token: `azp` (OpenID Connect Core §2), or `client_id` (RFC 9068 §2.2)
 * where there is no `azp`; or the claim that the profile names, and no other. One claim decides
 * alone, so that a permitted `client_id` cannot hide the `azp` of another app.
 * @returns undefined where the token has none of these claims
 * @throws {BrokerError} `invalid_token` where one is present and not a non-empty string
 */
export function readAuthorizedParty(
  claims: Claims,
  { authorizedPartyClaim }: Pick<VerificationProfile, 'authorizedPartyClaim'>,
  trace: Trace,
): string | undefined {
  const names = authorizedPartyClaim === undefined ? PARTY : [authorizedPartyClaim]
  const present = names.map((name) => claims[name]).filter((value) => value !== undefined)
  const parties = present.filter((value) => typeof value === 'string').filter(Boolean)
  const valid = parties.length === present.length
  const types = present.map((value) => typeof value)
  const check =
    authorizedPartyClaim === undefined
      ? 'azp and client_id are non-empty strings'
      : `${authorizedPartyClaim} is a non-empty string`
  demand(trace, check, valid, '1 or more characters', types, () => [
    `The token does not name its authorized party: expected ${names.join(' or ')} with 1 or more ` +
      `characters, found ${present.map(shownType).join(' and ')}; correct it at the issuer.`,
  ])
  return parties[0]
}
