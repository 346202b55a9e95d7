/**
 * The one operation of AWS Secrets Manager that is used; the broker loads this file lazily
 * (bundle.ts).
 */
import {
  GetSecretValue$,
  type GetSecretValueRequest,
  type GetSecretValueResponse,
} from '@aws-sdk/client-secrets-manager'
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import type { SdkCall } from '../sdk-call.ts'
import { createSignedCalls, type SignedCallOptions } from '../signed-call.ts'

export type SecretsManagerOptions = Omit<
  SignedCallOptions,
  'service' | 'protocol' | 'timeoutMs' | 'maxResponseBytes'
>

/** A secret has at most 64 KiB, and JSON escapes may need six bytes for one. */
const MAX_RESPONSE_BYTES = 512 * 1024

/** @returns a call that rejects with an error for `readSdkError` */
export function createSecretsManagerCall(
  options: SecretsManagerOptions,
): SdkCall<GetSecretValueRequest, GetSecretValueResponse> {
  const protocol = new AwsJson1_1Protocol({
    defaultNamespace: 'com.amazonaws.secretsmanager',
    serviceTarget: 'secretsmanager',
  })
  const service = 'secretsmanager'
  return createSignedCalls({ ...options, maxResponseBytes: MAX_RESPONSE_BYTES, service, protocol })(
    GetSecretValue$,
  )
}
