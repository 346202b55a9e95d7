/**
 * The container credentials endpoint: a GET that every AWS SDK can be pointed at with
 * `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
 */
import {
  type BrokerError,
  type Issued,
  invalidRequest,
  type RefusalCode,
  type RequestFields,
} from '@token-broker/core'
import type { HttpRequest, HttpResponse } from '../http.ts'
import type { Endpoint } from './endpoint.ts'
import { accountOf, readIssuerName, timestampOf, withRequestId } from './wire.ts'

export const CONTAINER_PATH = /^\/v1\/tenants\/([^/]{1,128})\/grants\/([^/]{1,129})\/credentials$/

/**
 * One entry for each code of core: a missing entry does not compile. SDK v3 shows the name only for
 * 4xx, and the Rust SDK retries only 5xx: a refusal that no retry can change is a 4xx.
 */
const STATUSES: Readonly<Record<RefusalCode, { readonly status: number; readonly name: string }>> =
  {
    invalid_request: { status: 400, name: 'InvalidRequest' },
    invalid_token: { status: 401, name: 'InvalidIdentityToken' },
    issuer_untrusted: { status: 401, name: 'InvalidIdentityToken' },
    token_expired: { status: 401, name: 'ExpiredToken' },
    // These two do not occur here: no request can carry a proof.
    invalid_dpop_proof: { status: 401, name: 'InvalidIdentityToken' },
    use_dpop_nonce: { status: 401, name: 'InvalidIdentityToken' },
    issuer_unavailable: { status: 503, name: 'IDPCommunicationError' },
    access_denied: { status: 403, name: 'AccessDenied' },
    claim_unusable: { status: 403, name: 'AccessDenied' },
    sts_rejected: { status: 403, name: 'IDPRejectedClaim' },
    policy_too_large: { status: 400, name: 'PackedPolicyTooLarge' },
    throttled: { status: 429, name: 'Throttling' },
    upstream_unavailable: { status: 503, name: 'ServiceUnavailable' },
    config_invalid: { status: 500, name: 'InternalFailure' },
    internal: { status: 500, name: 'InternalFailure' },
  }
const RETRY_AFTER_SECONDS = 1

export const containerEndpoint: Endpoint = { name: 'container', parse, issued, refused }

/** SDKs send `AWS_CONTAINER_AUTHORIZATION_TOKEN` verbatim, so `Bearer` is optional. */
function parse({ path, query, headers }: HttpRequest): RequestFields {
  const [, tenant, grant] = CONTAINER_PATH.exec(path) ?? []
  const subjectToken = headers.authorization?.trim().replace(/^Bearer +/i, '')
  if (!subjectToken || /\s/.test(subjectToken))
    throw invalidRequest(
      'Set AWS_CONTAINER_AUTHORIZATION_TOKEN, or its _FILE, to the token, without a newline.',
    )
  return {
    subjectToken,
    tenant,
    ...readIssuer(query),
    grant,
    durationSeconds: undefined,
    statements: undefined,
  }
}

/** Anything but one issuer is refused: a misspelled name must not ask another issuer. */
function readIssuer(query = ''): Pick<RequestFields, 'issuer'> {
  const parameters = [...new URLSearchParams(query)]
  if (parameters.length === 0) return {}
  if (parameters.length > 1 || parameters[0]?.[0] !== 'issuer')
    throw invalidRequest('The query accepts one parameter only: issuer, the name of an issuer.')
  return readIssuerName('issuer', new Map(parameters))
}

function issued({ credentials }: Issued, requestId: string): HttpResponse {
  return json(200, requestId, {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: timestampOf(credentials.expiration),
    AccountId: accountOf(credentials.assumedRoleArn),
  })
}

/** SDKs differ in how they spell the two members, so both spellings are sent. */
function refused(
  { code, callerMessage, retryAfterSeconds }: BrokerError,
  requestId: string,
): HttpResponse {
  const { status, name } = STATUSES[code]
  const reason = callerMessage ?? 'The broker refused the credentials.'
  const message = withRequestId(reason, code, requestId)
  const wait =
    status === 429 || status === 503
      ? { 'retry-after': String(retryAfterSeconds ?? RETRY_AFTER_SECONDS) }
      : {}
  return json(status, requestId, { code: name, message, Code: name, Message: message }, wait)
}

function json(
  status: number,
  requestId: string,
  body: object,
  extraHeaders: Record<string, string> = {},
): HttpResponse {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-amzn-requestid': requestId,
  }
  return { status, headers: { ...headers, ...extraHeaders }, body: JSON.stringify(body) }
}
