/** Responses of identity pools, with the names and the headers that their clients read. */
import type { BrokerError, PoolProblem, RefusalCode, RequestFields } from '@token-broker/core'
import type { HttpResponse } from '../http.ts'

interface CognitoError {
  readonly status: number
  /** The name of the exception. */
  readonly name: string
  readonly message: string
}

const NOT_AUTHORIZED = { status: 400, name: 'NotAuthorizedException' }
/** Their status is not AWS's 400, with which most clients never try again. */
const UNAVAILABLE = { status: 503 }
const MISCONFIGURED = {
  status: 400,
  name: 'InvalidIdentityPoolConfigurationException',
  message: 'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
}

/** One entry for each code of core: a missing entry does not compile. */
const ERRORS: Readonly<Record<RefusalCode, CognitoError>> = {
  invalid_request: {
    status: 400,
    name: 'InvalidParameterException',
    message: 'The request is not valid.',
  },
  invalid_token: { ...NOT_AUTHORIZED, message: 'Invalid login token.' },
  issuer_untrusted: {
    ...NOT_AUTHORIZED,
    message: "Invalid login token. Issuer doesn't match providerName",
  },
  token_expired: { ...NOT_AUTHORIZED, message: 'Invalid login token. Token expired.' },
  // These two do not occur here: no request can carry a proof.
  invalid_dpop_proof: { ...NOT_AUTHORIZED, message: 'Invalid login token.' },
  use_dpop_nonce: { ...NOT_AUTHORIZED, message: 'Invalid login token.' },
  issuer_unavailable: {
    ...UNAVAILABLE,
    name: 'ExternalServiceException',
    message: 'The keys of the login provider cannot be fetched.',
  },
  access_denied: { ...NOT_AUTHORIZED, message: 'Access to this identity is forbidden.' },
  claim_unusable: {
    ...NOT_AUTHORIZED,
    message: 'A claim of the login token cannot be used in a session.',
  },
  sts_rejected: MISCONFIGURED,
  policy_too_large: MISCONFIGURED,
  throttled: { status: 429, name: 'TooManyRequestsException', message: 'Rate exceeded' },
  upstream_unavailable: {
    ...UNAVAILABLE,
    name: 'InternalErrorException',
    message: 'AWS is not responding.',
  },
  config_invalid: MISCONFIGURED,
  internal: { status: 500, name: 'InternalErrorException', message: 'The broker failed.' },
}

/** The exceptions of problems for which clients know a more exact name. */
const EXCEPTIONS: Readonly<Record<PoolProblem, string>> = {
  'not-found': 'ResourceNotFoundException',
  conflict: 'ResourceConflictException',
  'unreadable-body': 'SerializationException',
  'invalid-member': 'ValidationException',
  'unknown-operation': 'UnknownOperationException',
  // SDKs correct their clock where they read this name and the header `Date`.
  'too-old': 'InvalidSignatureException',
  'too-new': 'InvalidSignatureException',
  'other-service': 'InvalidSignatureException',
  'other-date': 'InvalidSignatureException',
  mismatch: 'InvalidSignatureException',
  unsigned: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  'unknown-key': 'UnrecognizedClientException',
  'revoked-key': 'UnrecognizedClientException',
  'unreadable-key': 'UnrecognizedClientException',
  'other-identity': 'DeveloperUserAlreadyRegisteredException',
}

const RETRY_AFTER_SECONDS = 1

export function cognitoResponse(body: object, requestId: string): HttpResponse {
  return { status: 200, headers: headersOf(requestId), body: JSON.stringify(body) }
}

/** The AWS SDKs for JavaScript and Java read the headers, botocore only the body. */
export function cognitoRefusal(
  refusal: BrokerError,
  requestId: string,
  _fields?: RequestFields,
): HttpResponse {
  const { code, callerMessage, retryAfterSeconds } = refusal
  const error = ERRORS[code]
  const problem = problemOf(refusal)
  const name = problem === undefined ? error.name : EXCEPTIONS[problem]
  const text = callerMessage ?? error.message
  // Amplify 5 gets a new id where the message is exactly "Identity 'ID' not found."
  const message = problem === 'not-found' ? text : `${text} (${code}, request ${requestId})`
  return {
    status: error.status,
    headers: {
      ...headersOf(requestId),
      'x-amzn-errortype': name,
      'x-amzn-errormessage': asHeader(message),
      ...(error.status === 429
        ? { 'retry-after': String(retryAfterSeconds ?? RETRY_AFTER_SECONDS) }
        : {}),
    },
    body: JSON.stringify({ __type: name, message }),
  }
}

/** By its member: the class is in another bundle. */
function problemOf(refusal: BrokerError): PoolProblem | undefined {
  const { problem } = refusal as BrokerError & { readonly problem?: unknown }
  return isPoolProblem(problem) ? problem : undefined
}

function isPoolProblem(problem: unknown): problem is PoolProblem {
  return typeof problem === 'string' && Object.hasOwn(EXCEPTIONS, problem)
}

function headersOf(requestId: string): Record<string, string> {
  return {
    'content-type': 'application/x-amz-json-1.1',
    'cache-control': 'no-store',
    'x-amzn-requestid': requestId,
  }
}

/** A header has visible ASCII only (RFC 9110 §5.5). */
function asHeader(text: string): string {
  return text.replaceAll('’', "'").replace(/[^ -~]+/g, ' ')
}
