/**
 * What a refusal says to its caller beyond the code, where the check that failed may not be named:
 * what is expected of every such request, what the request itself contains, and what to do. So it
 * is the same for an unknown tenant, another party's tenant and a rule that does not pass. Loaded
 * with the first refusal of this kind.
 */
import type { RefusalCode } from '../model/broker-error.ts'
import type { CredentialRequest } from '../model/credential-request.ts'
import { shownType, shownValue } from '../model/shown-value.ts'
import type { PresentedToken } from '../verify/verify-identity.ts'
import type { Findings } from './audit-record.ts'

/** Headers, XML and the error descriptions of OAuth cannot have all other characters. */
const NOT_ASCII = /[^\x20-\x7e]/g

const ASK = 'or give the request id to the operator'

/** The error code that begins what STS said, such as `AccessDenied`. */
const STS_CODE = /^STS: (\w{1,64})/

/**
 * Nothing here comes from a tenant document, except the name of a grant to which the caller has
 * proved its right.
 * @param message for the operator; of what STS said, only the error code is repeated
 * @returns one sentence in visible ASCII; undefined: the code says all that the caller may know
 */
export function describeToCaller(
  code: RefusalCode,
  message: string,
  { request, token, grant }: Findings,
): string | undefined {
  // Clients of identity pools compare the messages of Amazon Cognito.
  if (request === undefined || request.pool !== undefined) return undefined
  switch (code) {
    case 'issuer_untrusted':
      return (
        'No tenant trusts the issuer of the token: expected the exact text of an issuer in a ' +
        `tenant document, found iss ${shown(token?.issuer)}; get a token of a trusted issuer, ` +
        `${ASK}.`
      )
    case 'invalid_token':
      return request.tokenType === 'saml2'
        ? 'No issuer is known to have signed the assertion for this use: expected a signed ' +
            'response or assertion of SAML 2.0 that is current and for this broker, found ' +
            `${describeSignature(token)}; sign in again, ${ASK}.`
        : 'No issuer is known to have signed the token for this use: expected a signature by a ' +
            'current key of its issuer, and an accepted algorithm and type, found ' +
            `${describeSignature(token)}; get a new ID token or access token, ${ASK}.`
    case 'access_denied':
      return (
        'No rule grants what is requested: expected exactly one tenant that accepts the token by ' +
        'its audience, authorized party and claims, and a rule of it that passes, found ' +
        `${describeParties(token)}a request ${describeRequest(request)}; correct what is wrong ` +
        `there, ${ASK}.`
      )
    case 'claim_unusable':
      return (
        'A claim of the token cannot be used in a session: expected text that the tenant ' +
        `document admits there, found other text; let the issuer correct the claim, ${ASK}.`
      )
    case 'sts_rejected':
      return (
        `AWS STS refused a session of the grant ${shown(grant?.name)}: expected that its role ` +
        'trusts the token and allows the session, found ' +
        `${STS_CODE.exec(message)?.[1] ?? 'a refusal'}; give the request id to the operator, ` +
        'whose record has the likeliest causes.'
      )
  }
  return undefined
}

function describeSignature(token: PresentedToken | undefined): string {
  if (token === undefined) return 'another one'
  if (!('compact' in token)) return `one of ${shown(token.issuer)}`
  const { issuer, algorithm, keyId, header } = token
  return describeParts({ iss: issuer, alg: algorithm, kid: keyId, typ: header.typ })
}

/** @returns empty where the request has no token that names its parties */
function describeParties(token: PresentedToken | undefined): string {
  if (token === undefined) return ''
  if (!('compact' in token)) return `an assertion of ${shown(token.issuer)}, and `
  const { aud, azp, client_id } = token.claims
  const party = azp === undefined && client_id !== undefined ? { client_id } : { azp }
  return `${describeParts({ iss: token.issuer, aud, ...party })}, and `
}

function describeParts(parts: Readonly<Record<string, unknown>>): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(', ')
}

function describeRequest({ tenant, grant, roleArn, actorToken }: CredentialRequest): string {
  const names = Object.entries({ tenant, grant, role: roleArn })
    .filter(([, name]) => name !== undefined)
    .map(([what, name]) => `${what} ${shown(name)}`)
  const actor = actorToken === undefined ? '' : ' by an actor'
  const named = names.length === 0 ? 'that names no tenant and no grant' : `for ${names.join(', ')}`
  return named + actor
}

/** Of a claim, a header or a parameter that the caller sent. */
function shown(value: unknown): string {
  const isShown = typeof value === 'string' || Array.isArray(value)
  return (isShown ? shownValue(value) : shownType(value)).replace(NOT_ASCII, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
