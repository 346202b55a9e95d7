/** Says in the broker's codes what KMS, or the way to it, refused; KMS's words are kept for the operator. */
import { BrokerError, type RefusalCode } from '@token-broker/core'
import { readSdkError } from '../sdk-error.ts'
import type { KmsKey } from './kms-key.ts'

const RETRY_AFTER_SECONDS = 1
const THROTTLED = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
])

export function mapKmsError(error: unknown, { keyId }: KmsKey): BrokerError {
  if (error instanceof BrokerError) return error
  const { code, status, text } = readSdkError(error)
  const refusal = THROTTLED.has(code) ? 'throttled' : byStatus(status)
  const options = refusal === 'config_invalid' ? {} : { retryAfterSeconds: RETRY_AFTER_SECONDS }
  return new BrokerError(refusal, `KMS key ${keyId}: ${text}`, options)
}

/**
 * No status: the network, a timeout or an abort. A good status: an answer that could not be read. What is left is a key
 * that is disabled, deleted or of another kind, or a permission that is missing: only the operator can mend it.
 */
function byStatus(status: number | undefined): RefusalCode {
  if (status === undefined || status < 400 || status >= 500) return 'upstream_unavailable'
  return status === 429 ? 'throttled' : 'config_invalid'
}
