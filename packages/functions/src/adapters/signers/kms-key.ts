/** A KMS key as the broker's configuration names it, and the broker's codes for KMS's errors. */
import { BrokerError, type RefusalCode } from '@token-broker/core'
import { readSdkError, refusalCodeOf } from '../sdk-error.ts'

export interface KmsKey {
  readonly arn: string
  /** `kid` of the tokens that the key signs; multi-region replicas share key and id. */
  readonly keyId: string
  readonly region: string
}

/** Aliases are refused: after a rotation an alias names another key, under the same `kid`. */
const KEY_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/([A-Za-z0-9-]+)$/

/** @returns undefined for anything but the ARN of a KMS key */
export function parseKmsKey(arn: string): KmsKey | undefined {
  const [, region, keyId] = KEY_ARN.exec(arn) ?? []
  return region && keyId ? { arn, keyId, region } : undefined
}

const RETRY_AFTER_SECONDS = 1
const THROTTLING_CODES = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
])

/**
 * `config_invalid` means that the key is disabled, deleted or of another kind, or that a permission
 * is missing: only the operator can correct that. The message keeps KMS's own text, which never
 * reaches a caller.
 */
export function mapKmsError(error: unknown, key: KmsKey): BrokerError {
  if (error instanceof BrokerError) return error
  const { code, status, text } = readSdkError(error)
  const refusal = THROTTLING_CODES.has(code) ? 'throttled' : refusalCodeOf(status, 'config_invalid')
  return kmsError(refusal, key, text)
}

/** @param text what KMS reported, or what is wrong with its response */
export function kmsError(code: RefusalCode, { keyId }: KmsKey, text: string): BrokerError {
  const options = code === 'config_invalid' ? {} : { retryAfterSeconds: RETRY_AFTER_SECONDS }
  return new BrokerError(code, `KMS key ${keyId}: ${text}`, options)
}
