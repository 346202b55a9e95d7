/** Says in the broker's codes what STS, or the way to it, refused; the original words are kept for the audit record. */
import { BrokerError, type RefusalCode } from '@token-broker/core'
import { readSdkError } from '../sdk-error.ts'

const RETRY_AFTER_SECONDS = 1

/** What a status alone does not tell. Sources: the STS API reference's error lists and the SDK's throttling names. */
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

export function mapStsError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  const { code, status, text } = readSdkError(error)
  const refusal = CODES.get(code) ?? byStatus(status)
  const options =
    refusal === 'throttled' || refusal === 'upstream_unavailable'
      ? { retryAfterSeconds: RETRY_AFTER_SECONDS }
      : {}
  return new BrokerError(refusal, `STS: ${text}`, options)
}

/** No status: the network, a timeout or an abort. A good status: an answer that could not be read. */
function byStatus(status: number | undefined): RefusalCode {
  if (status === undefined || status < 400 || status >= 500) return 'upstream_unavailable'
  return status === 429 ? 'throttled' : 'sts_rejected'
}
