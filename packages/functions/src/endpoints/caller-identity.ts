/**
 * `GetCallerIdentity` at the STS endpoint: many tools call it with new credentials, at the endpoint
 * that issued them.
 *
 * @see AWS STS API Reference, `GetCallerIdentity`
 */
import {
  type BrokerError,
  type CallerIdentity,
  invalidRequest,
  type SessionProblem,
  type SignedRequest,
  UnidentifiedCaller,
} from '@token-broker/core'
import type { HttpRequest, HttpResponse } from '../http.ts'
import { stsQueryEndpoint } from './sts-query.ts'
import { errorXml, identityXml, type StsError, stsHeaders } from './sts-xml.ts'
import { accountOf, readForm, withRequestId } from './wire.ts'

/** It has no parameters. A request that is longer is another one, and is not parsed for this. */
const MAX_BYTES = 128

const mismatch = (message: string): StsError => ({
  status: 403,
  code: 'SignatureDoesNotMatch',
  message,
})

/** With the codes of AWS, by which SDKs decide whether to try again or to correct their clock. */
const ERRORS: Readonly<Record<SessionProblem, StsError>> = {
  unsigned: {
    status: 403,
    code: 'MissingAuthenticationToken',
    message: 'Request is missing Authentication Token',
  },
  incomplete: {
    status: 400,
    code: 'IncompleteSignature',
    message:
      'Sign the request with Signature Version 4 in the header Authorization, with host, ' +
      'x-amz-date and x-amz-security-token among the signed headers.',
  },
  'unknown-session': {
    status: 403,
    code: 'InvalidClientTokenId',
    message:
      'The security token included in the request is invalid: only sessions that this endpoint ' +
      'issued are known.',
  },
  'expired-session': {
    status: 403,
    code: 'ExpiredToken',
    message: 'The security token included in the request is expired',
  },
  'other-service': mismatch("Credential should be scoped to correct service: 'sts'."),
  'other-region': mismatch(
    'Credential should be scoped to a valid region: one that the broker is configured for ' +
      '(BROKER_SESSIONS_REGIONS).',
  ),
  'other-date': mismatch('Date in Credential scope does not match the date of X-Amz-Date.'),
  'too-old': mismatch('Signature expired: X-Amz-Date is more than 5 min. ago.'),
  'too-new': mismatch('Signature not yet current: X-Amz-Date is more than 5 min. ahead.'),
  mismatch: mismatch(
    'The request signature we calculated does not match the signature you provided. Check your ' +
      'AWS Secret Access Key and signing method.',
  ),
}

export function requestsCallerIdentity(request: HttpRequest): boolean {
  const { body } = request
  if (body === undefined || body.length > MAX_BYTES) return false
  try {
    return readForm(request).get('Action') === 'GetCallerIdentity'
  } catch {
    // The endpoint that parses it next says what is wrong.
    return false
  }
}

/** @throws {BrokerError} `invalid_request` */
export function readSignedRequest(request: HttpRequest): SignedRequest {
  if ((readForm(request).get('Version') ?? '2011-06-15') !== '2011-06-15')
    throw invalidRequest('Version must be 2011-06-15.')
  const { headers, query = '', body = new Uint8Array() } = request
  if (query !== '') throw invalidRequest('Send the parameters in the form, without a query.')
  return { headers, body }
}

export function identityResponse({ arn, userId }: CallerIdentity, requestId: string): HttpResponse {
  const body = identityXml({ arn, userId, account: accountOf(arn) }, requestId)
  return { status: 200, headers: stsHeaders(requestId), body }
}

export function unidentifiedResponse(refusal: BrokerError, requestId: string): HttpResponse {
  if (!(refusal instanceof UnidentifiedCaller))
    return stsQueryEndpoint.refused(refusal, requestId, undefined)
  const error = ERRORS[refusal.problem]
  const message = withRequestId(error.message, refusal.code, requestId)
  return {
    status: error.status,
    headers: stsHeaders(requestId),
    body: errorXml({ ...error, message }, requestId),
  }
}
