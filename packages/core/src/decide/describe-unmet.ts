/** Says to the operator why a tenant does not accept a token, and what to change. */
import { shownSource, shownValue } from '../model/shown-value.ts'
import { isObject } from '../model/strict-json.ts'
import { type CloseText, findClosest, findRespelled } from '../model/text-difference.ts'
import type { VerifiedIdentity } from '../verify/verify-identity.ts'
import type { Unmet } from './accept-identity.ts'

/** Audiences of a token and of a tenant that are compared: each may have many. */
const MAX_COMPARED = 5
/** The same, letter by letter. */
const MAX_COMPARED_BY_LETTER = 2
/** Claims of one condition in a message. */
const MAX_CLAIMS = 5

/**
 * The first condition that is not met. Its time depends little on the values, so that the refusals
 * of two tenants take the same time.
 * @param difference of an audience that is almost accepted
 * @returns a sentence without its full stop; of a claim's value, at most 64 characters
 */
export function describeUnmet(
  tenant: string,
  unmet: readonly Unmet[],
  { claims }: Pick<VerifiedIdentity, 'claims'>,
  difference: CloseText | undefined = respelledAudience(unmet),
): string {
  const [first] = unmet
  if (first === undefined) return `tenant ${tenant} cannot be evaluated`
  const { condition, expected, found, error } = first
  const values = `expected ${shownValue(expected)}, found ${shownValue(found)}`
  switch (condition) {
    case 'issuer':
      return (
        `tenant ${tenant} has no issuer ${shownValue(expected)} under whose settings the token ` +
        'is valid; check the issuers of the tenant document, and deploy it again'
      )
    case 'audience':
      return (
        `tenant ${tenant} does not accept the audience (aud): ${values}` +
        `${describeDifference(difference)}; ${audienceAdvice(found, claims)}`
      )
    case 'party':
      if (shownValue(expected) === 'none')
        return (
          `tenant ${tenant} needs an authorized party, because aud has several values: expected ` +
          'azp or client_id, found none; let the issuer name the app, or write ' +
          'authorizedParties: any'
        )
      return (
        `tenant ${tenant} does not accept the authorized party: ${values}; add it to ` +
        'authorizedParties of the issuer in the tenant document, or let an accepted app request ' +
        'the token'
      )
    case 'member':
      return (
        `the subject is not a member of tenant ${tenant}: expected ` +
        `${shownSource(String(expected))}, found ${shownClaims(found, error)}; correct the ` +
        'claim at the issuer, or member in the tenant document'
      )
    case 'principal':
      return (
        `tenant ${tenant} does not know the issuer by the requested PrincipalArn: ${values}; ` +
        'request the expected one'
      )
  }
}

/** The accepted audience that one of the token probably should be, compared letter by letter. */
export function closestAudience(unmet: readonly Unmet[]): CloseText | undefined {
  return almostAccepted(unmet, findClosest, MAX_COMPARED_BY_LETTER)
}

function respelledAudience(unmet: readonly Unmet[]): CloseText | undefined {
  return almostAccepted(unmet, findRespelled, MAX_COMPARED)
}

function almostAccepted(
  [first]: readonly Unmet[],
  compare: typeof findClosest,
  most: number,
): CloseText | undefined {
  if (first?.condition !== 'audience') return undefined
  const accepted = textsIn(first.expected).slice(0, MAX_COMPARED)
  for (const text of textsIn(first.found).slice(0, most)) {
    const close = compare(text, accepted)
    if (close) return close
  }
  return undefined
}

function describeDifference(close: CloseText | undefined): string {
  return close ? `, which differs from ${shownValue(close.text)} ${close.difference}` : ''
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** Access tokens of Amazon Cognito and of some other issuers name only the app. */
function audienceAdvice(found: unknown, claims: VerifiedIdentity['claims']): string {
  const isOnlyOfApp = !Object.hasOwn(claims, 'aud') && typeof claims.client_id === 'string'
  if (shownValue(found) === 'none' && isOnlyOfApp)
    return (
      'if its client_id is to take the place of aud, write audienceFallback: client_id in the ' +
      'tenant document'
    )
  return (
    'add the audience to audiences of the issuer in the tenant document, or get a token for an ' +
    'accepted one'
  )
}

/**
 * @param found a function that returns claims by their names
 * @param error why a condition could not be evaluated; shown where no claim is absent
 * @returns such as `claims.org = "beta", claims.team is absent`
 */
export function shownClaims(found: unknown, error: string | undefined): string {
  const value: unknown = typeof found === 'function' ? found() : found
  const entries = Object.entries(isObject(value) ? value : {})
  const shown = entries
    .slice(0, MAX_CLAIMS)
    .map(([name, one]) =>
      one === '(absent)' ? `${name} is absent` : `${name} = ${shownValue(one)}`,
    )
  const isExplained = error === undefined || entries.some(([, one]) => one === '(absent)')
  const why = isExplained ? [] : [`an error: ${shownSource(error)}`]
  return [...shown, ...why].join(', ') || 'no claim that decides'
}
