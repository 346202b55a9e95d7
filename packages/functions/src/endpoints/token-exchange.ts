/**
 * The OAuth 2.0 token exchange endpoint (RFC 8693): accepts a subject token, and returns AWS
 * credentials or a web identity token.
 */
import {
  type BrokerError,
  type Issued,
  invalidRequest,
  type RefusalCode,
  type Released,
  type RequestFields,
} from '@token-broker/core'
import type { HttpRequest, HttpResponse } from '../http.ts'
import {
  authorizationDetails,
  describeInvalidDetails,
  readAuthorizationDetails,
} from './authorization-details.ts'
import type { Endpoint } from './endpoint.ts'
import {
  accountOf,
  foundText,
  readForm,
  readIssuerName,
  timestampOf,
  withRequestId,
} from './wire.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const SAML2 = 'urn:ietf:params:oauth:token-type:saml2'
const SUBJECT_TYPES = [
  ...['access_token', 'id_token'].map((type) => `urn:ietf:params:oauth:token-type:${type}`),
  JWT,
  SAML2,
]
const AWS_CREDENTIALS = 'urn:token-broker:token-type:aws-credentials'

/**
 * One entry for each code of core: a missing entry does not compile. RFC 8693 §2.2.2: a subject
 * token that is not accepted is `invalid_request`.
 */
const ERRORS: Readonly<Record<RefusalCode, { readonly status: number; readonly error: string }>> = {
  invalid_request: { status: 400, error: 'invalid_request' },
  invalid_token: { status: 400, error: 'invalid_request' },
  issuer_untrusted: { status: 400, error: 'invalid_request' },
  token_expired: { status: 400, error: 'invalid_request' },
  // RFC 9449 §5 and §8.
  invalid_dpop_proof: { status: 400, error: 'invalid_dpop_proof' },
  use_dpop_nonce: { status: 400, error: 'use_dpop_nonce' },
  issuer_unavailable: { status: 503, error: 'temporarily_unavailable' },
  access_denied: { status: 400, error: 'invalid_target' },
  claim_unusable: { status: 400, error: 'invalid_target' },
  sts_rejected: { status: 400, error: 'invalid_target' },
  policy_too_large: { status: 500, error: 'server_error' },
  throttled: { status: 429, error: 'temporarily_unavailable' },
  upstream_unavailable: { status: 503, error: 'temporarily_unavailable' },
  config_invalid: { status: 500, error: 'server_error' },
  internal: { status: 500, error: 'server_error' },
}
const RETRY_AFTER_SECONDS = 1
const NAME = 'token-exchange'

/** @param now milliseconds since the epoch, for `expires_in` */
export function tokenExchangeEndpoint(now: () => number): Endpoint {
  return { name: NAME, parse, issued: (issued) => exchangeResponse(issued, now()), refused }
}

/**
 * The same for `requested_token_type` jwt: the minted token itself, with which the client calls
 * STS.
 */
export const webIdentityEndpoint: Endpoint<Released> = {
  name: NAME,
  parse(request) {
    const fields = parse(request)
    if (fields.statements !== undefined || fields.sessionPolicy !== undefined)
      throw invalidRequest(
        'A web identity token carries no session policy; scope accepts only grant:NAME, and ' +
          'authorization_details must be absent.',
      )
    return fields
  },
  issued: ({ token, grant }) =>
    json(200, {
      access_token: token.compact,
      issued_token_type: JWT,
      token_type: 'N_A',
      expires_in: token.lifetimeSeconds,
      scope: `grant:${grant}`,
    }),
  refused,
}

/**
 * Whether the request is for {@link webIdentityEndpoint}; a body that cannot be read is refused by
 * the other one.
 */
export function requestsWebIdentity(request: HttpRequest): boolean {
  try {
    return readForm(request).get('requested_token_type') === JWT
  } catch {
    return false
  }
}

function parse(request: HttpRequest): RequestFields {
  const { headers, method, path } = request
  const fields = readForm(request)
  const field = (name: string) => fields.get(name) || undefined
  const grantType = field('grant_type')
  if (grantType !== GRANT_TYPE)
    throw invalidRequest(`grant_type must be ${GRANT_TYPE}; found ${foundText(grantType)}.`)
  const subjectToken = field('subject_token')?.trim()
  if (!subjectToken)
    throw invalidRequest('subject_token is missing; send the token of your identity provider.')
  const subjectType = field('subject_token_type') ?? ''
  if (!SUBJECT_TYPES.includes(subjectType))
    throw invalidRequest(
      `subject_token_type must be one of ${SUBJECT_TYPES.join(', ')}; ` +
        `found ${foundText(subjectType)}.`,
    )
  const requestedType = field('requested_token_type') ?? AWS_CREDENTIALS
  if (![AWS_CREDENTIALS, JWT].includes(requestedType))
    throw invalidRequest(
      `requested_token_type must be ${AWS_CREDENTIALS} or ${JWT}; ` +
        `found ${foundText(requestedType)}.`,
    )
  if (field('resource') !== undefined)
    throw invalidRequest('Name the tenant by audience, not by resource.')
  // An empty one is malformed and not absent: an absent one gives the whole grant.
  const details = fields.get('authorization_details')
  return {
    subjectToken,
    ...(subjectType === SAML2 ? { tokenType: 'saml2' } : {}),
    tenant: field('audience'),
    ...readIssuerName('subject_issuer', fields),
    ...readActorToken(fields),
    ...readScope(field('scope')),
    durationSeconds: undefined,
    // The proof is for the subject token: AWS credentials cannot be bound to a key.
    dpop: { proof: headers.dpop, scheme: undefined, method, path },
    ...(details === undefined ? {} : { sessionPolicy: readAuthorizationDetails(details) }),
  }
}

/** RFC 8693 §2.1: an actor token has a type, and there is no type without one. */
function readActorToken(
  fields: ReadonlyMap<string, string>,
): Pick<RequestFields, 'actorToken' | 'actorTokenType' | 'actorIssuer'> {
  const actorToken = fields.get('actor_token')?.trim()
  const type = fields.get('actor_token_type')
  const { issuer } = readIssuerName('actor_issuer', fields)
  if (actorToken === undefined && type === undefined && issuer === undefined) return {}
  // An empty one is malformed and not absent: without an actor, the subject gets more.
  if (!actorToken) throw invalidRequest('actor_token is missing.')
  if (!SUBJECT_TYPES.includes(type ?? ''))
    throw invalidRequest(`actor_token_type must be one of ${SUBJECT_TYPES.join(', ')}.`)
  return {
    actorToken,
    ...(type === SAML2 ? { actorTokenType: 'saml2' } : {}),
    ...(issuer === undefined ? {} : { actorIssuer: issuer }),
  }
}

/** `grant:NAME` at most once, and `statement:SID` for each statement to keep. */
function readScope(scope: string | undefined): Pick<RequestFields, 'grant' | 'statements'> {
  const words = scope?.split(' ').filter((word) => word !== '') ?? []
  const after = (prefix: string) =>
    words.filter((word) => word.startsWith(prefix)).map((word) => word.slice(prefix.length))
  const [grants, statements] = [after('grant:'), after('statement:')]
  if (grants.length + statements.length !== words.length || grants.length > 1)
    throw invalidRequest(
      'scope accepts grant:NAME once, and statement:SID; write grant:own for the grant own. ' +
        `Found ${foundText(words.find((word) => !/^(?:grant|statement):/.test(word)) ?? scope)}.`,
    )
  return { grant: grants[0], statements: statements.length > 0 ? statements : undefined }
}

/** The issued token is the JSON that `credential_process` prints; its values are also members. */
function exchangeResponse(
  { credentials, grant, requestedPolicy }: Issued,
  nowMs: number,
): HttpResponse {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, assumedRoleArn } = credentials
  const process = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: timestampOf(expiration),
    AccountId: accountOf(assumedRoleArn),
  }
  return json(200, {
    access_token: JSON.stringify(process),
    issued_token_type: AWS_CREDENTIALS,
    token_type: 'N_A',
    expires_in: Math.max(0, Math.floor((expiration.getTime() - nowMs) / 1000)),
    scope: `grant:${grant}`,
    ...(requestedPolicy === undefined
      ? {}
      : { authorization_details: authorizationDetails(requestedPolicy) }),
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    aws_session_token: sessionToken,
    aws_expiration: timestampOf(expiration),
  })
}

function refused(refusal: BrokerError, requestId: string): HttpResponse {
  const { code, callerMessage, retryAfterSeconds } = refusal
  const { status, error: errorOfCode } = ERRORS[code]
  const ofDetails = describeInvalidDetails(refusal)
  const error = ofDetails === undefined ? errorOfCode : 'invalid_authorization_details'
  const reason = ofDetails ?? callerMessage ?? 'The broker refused the exchange.'
  const description = withRequestId(reason, code, requestId)
  const wait =
    status === 429 || status === 503
      ? { 'retry-after': String(retryAfterSeconds ?? RETRY_AFTER_SECONDS) }
      : {}
  // RFC 6749 §5.2 allows no double quote and no backslash there.
  return json(
    status,
    { error, error_description: description.replace(/["\\]/g, "'"), code, requestId },
    wait,
  )
}

function json(
  status: number,
  body: object,
  extraHeaders: Record<string, string> = {},
): HttpResponse {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  }
  return { status, headers: { ...headers, ...extraHeaders }, body: JSON.stringify(body) }
}
