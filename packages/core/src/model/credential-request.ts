/** Stage 1's result: what every endpoint parses its wire format into. */
import { BrokerError } from './broker-error.ts'
import type { PoolRequest } from './pool-identity.ts'
import { MAX_DURATION_SECONDS, MIN_DURATION_SECONDS } from './sts-limits.ts'

declare const parsed: unique symbol

/** What a request shows of the key to which its token is bound (RFC 9449 §7). */
export interface PresentedProof {
  /** The header `DPoP`; several are joined by a comma. Undefined: there is none. */
  readonly proof: string | undefined
  /** Of the header `Authorization`. Undefined: the token is in the body. */
  readonly scheme: 'Bearer' | 'DPoP' | undefined
  readonly method: string
  /** Of the endpoint, below the broker's URL; begins with a slash. */
  readonly path: string
}

export interface RequestFields {
  /** The token that the caller presents, without white space around it; empty in a pool's. */
  readonly subjectToken: string
  /** `saml2`: a SAML 2.0 response or assertion. Absent: a JWT or an opaque token. */
  readonly tokenType?: 'saml2'
  readonly tenant: string | undefined
  /** The issuer that the caller names, for tokens that do not name one themselves. */
  readonly issuer?: string
  /** The token of the party that acts for the subject; absent: the subject itself, or `act`. */
  readonly actorToken?: string
  /** Absent: a JWT or an opaque token. */
  readonly actorTokenType?: 'saml2'
  /** The issuer of an actor token that does not name one itself. */
  readonly actorIssuer?: string
  readonly grant: string | undefined
  /** 900 to 43,200. */
  readonly durationSeconds: number | undefined
  /** Sids of the statements to keep. */
  readonly statements: readonly string[] | undefined
  /** Only grants of this role are requested. */
  readonly roleArn?: string
  /** Only issuers that have this ARN, of a SAML provider in IAM, are requested. */
  readonly principalArn?: string
  /** A session policy, as JSON text, that must lie inside the grant. */
  readonly sessionPolicy?: string
  /** Managed policies to keep, with `sessionPolicy`. */
  readonly policyArns?: readonly string[]
  /** Absent: requests to the endpoint cannot carry a proof. */
  readonly dpop?: PresentedProof
  /** Whose caller it is of an identity pool; absent: the subject of the token. */
  readonly pool?: PoolRequest
  /** How the caller would name the session: recorded, and never used. */
  readonly wantedSessionName?: string
}

/** A request whose fields satisfy the limits. Only {@link createCredentialRequest} creates one. */
export interface CredentialRequest extends RequestFields {
  readonly [parsed]: true
}

/**
 * Base64 of XML, with its first character, that contains `asis:names:tc:SAML:2.` at any of the
 * three positions in a group. In the container credentials endpoint, the token is a header, which
 * is too short for a response.
 */
const SAML_IN_BASE64 =
  /^P.*(?:hc2lzOm5hbWVzOnRjOlNBTUw6Mi4|FzaXM6bmFtZXM6dGM6U0FNTDoyL|YXNpczpuYW1lczp0YzpTQU1MOjIu)/s

/**
 * Checks what all wire formats have in common.
 * @throws {BrokerError} `invalid_request`
 */
export function createCredentialRequest(fields: RequestFields): CredentialRequest {
  const { subjectToken, tokenType, durationSeconds, pool } = fields
  if (subjectToken === '' && pool === undefined)
    throw invalidRequest('The token is empty; send the token of your issuer.')
  if (tokenType === undefined && SAML_IN_BASE64.test(subjectToken))
    throw invalidRequest(
      'The token is a SAML response. Send it with "tokenType": "saml2" to POST /v1/credentials, ' +
        'as SAMLAssertion of AssumeRoleWithSAML, or with the subject_token_type saml2 to POST ' +
        '/v1/token; other endpoints cannot accept one.',
    )
  demandWholeActor(fields)
  for (const [name, value] of Object.entries(fields))
    if (!isWellFormed(value))
      throw invalidRequest(
        `The text of ${name} is not well-formed Unicode; send no surrogate without its other half.`,
      )
  if (durationSeconds !== undefined && !isDuration(durationSeconds))
    throw invalidRequest(
      'The duration must be a whole number of seconds ' +
        `from ${MIN_DURATION_SECONDS} to ${MAX_DURATION_SECONDS}; found ` +
        `${Number.isNaN(durationSeconds) ? 'something that is not a number' : durationSeconds}.`,
    )
  return fields as CredentialRequest
}

/** What belongs to an actor token means nothing without one. */
function demandWholeActor({ actorToken, actorTokenType, actorIssuer }: RequestFields): void {
  if (actorToken === '') throw invalidRequest('The actor token is empty; send one, or omit it.')
  if (actorToken === undefined && (actorIssuer ?? actorTokenType) !== undefined)
    throw invalidRequest('The request says what its actor token is, and has none.')
}

/** A refusal whose text the caller may read, because it describes only the request itself. */
export function invalidRequest(message: string): BrokerError {
  return new BrokerError('invalid_request', message, { callerMessage: message })
}

/** Whether a text, or each text in a list or an object, has a UTF-8 form. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  return typeof value !== 'object' || value === null || Object.values(value).every(isWellFormed)
}

function isDuration(seconds: number): boolean {
  return (
    Number.isInteger(seconds) && seconds >= MIN_DURATION_SECONDS && seconds <= MAX_DURATION_SECONDS
  )
}
