/** The unsigned `AssumeRoleWithWebIdentity` call, and the broker's codes for STS's errors. */
import {
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
  errorTypeRegistries,
} from '@aws-sdk/client-sts'
import { AwsQueryProtocol } from '@aws-sdk/core/protocols'
import type { HttpResponse } from '@smithy/core/protocols'
import { BrokerError, MalformedPolicy, type RefusalCode } from '@token-broker/core'
import { createSdkCalls, type SdkCall, type SdkCallOptions } from '../sdk-call.ts'
import { refusalCodeOf, type SdkError } from '../sdk-error.ts'

export type StsCall = SdkCall<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse>

/** @returns a call that rejects with an error for `readSdkError` and {@link mapStsError} */
export function createStsCall(options: Omit<SdkCallOptions, 'protocol' | 'sign'>): StsCall {
  const protocol = new QueryProtocol({
    defaultNamespace: 'com.amazonaws.sts',
    errorTypeRegistries,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
  })
  return createSdkCalls({ ...options, protocol })(AssumeRoleWithWebIdentity$)
}

/**
 * Ceph responds with a bare `<Error>` where AWS wraps it in `<ErrorResponse>`; without this
 * class, Ceph's error codes would be lost.
 */
class QueryProtocol extends AwsQueryProtocol {
  protected override loadQueryError(data: unknown): unknown {
    return super.loadQueryError(data) ?? data
  }

  protected override loadQueryErrorCode(output: HttpResponse, data: unknown): string | undefined {
    return super.loadQueryErrorCode(output, { Error: this.loadQueryError(data) })
  }
}

const MALFORMED_POLICY = /^MalformedPolicyDocument(Exception)?$/

const RETRY_AFTER_SECONDS = 1

/**
 * Errors whose HTTP status alone does not determine the broker's code.
 * @see STS API Reference, the operation's errors and "Common Error Types"; the SDK's list of
 *   throttling errors
 */
const CODES: ReadonlyMap<string, RefusalCode> = new Map([
  ['PackedPolicyTooLarge', 'policy_too_large'],
  ['PackedPolicyTooLargeException', 'policy_too_large'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
  ['TooManyRequests', 'throttled'],
  ['TooManyRequestsException', 'throttled'],
  ['RequestLimitExceeded', 'throttled'],
  ['SlowDown', 'throttled'],
  ['IDPCommunicationError', 'upstream_unavailable'],
  ['IDPCommunicationErrorException', 'upstream_unavailable'],
  ['ServiceUnavailable', 'upstream_unavailable'],
  ['RequestTimeout', 'upstream_unavailable'],
])

/**
 * The message keeps STS's own text: it is for the audit record and never reaches a caller.
 * @param likelyCauses for the operator, too
 */
export function mapStsError(
  { code, status, text }: SdkError,
  likelyCauses: readonly string[] | undefined,
): BrokerError {
  if (MALFORMED_POLICY.test(code)) return new MalformedPolicy(`STS: ${text}`, { likelyCauses })
  const refusal = CODES.get(code) ?? refusalCodeOf(status, 'sts_rejected')
  const options =
    refusal === 'throttled' || refusal === 'upstream_unavailable'
      ? { retryAfterSeconds: RETRY_AFTER_SECONDS, likelyCauses }
      : { likelyCauses }
  return new BrokerError(refusal, `STS: ${text}`, options)
}
