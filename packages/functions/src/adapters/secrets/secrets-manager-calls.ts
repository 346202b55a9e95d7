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
import { createSignedCalls, type SignedCallOptions } from '../signed-call.ts'
import type { ReadStoredSecret } from './aws-secrets.ts'

/** A secret has at most 64 KiB, and JSON escapes may need six bytes for one. */
const MAX_RESPONSE_BYTES = 512 * 1024

export function createSecretsManagerReader(
  options: Pick<SignedCallOptions, 'region' | 'endpoint' | 'credentials' | 'proxy' | 'now'>,
): ReadStoredSecret {
  const protocol = new AwsJson1_1Protocol({
    defaultNamespace: 'com.amazonaws.secretsmanager',
    serviceTarget: 'secretsmanager',
  })
  const call = createSignedCalls({
    ...options,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    service: 'secretsmanager',
    protocol,
  })<GetSecretValueRequest, GetSecretValueResponse>(GetSecretValue$)
  return async (SecretId, signal) => {
    const { SecretString: secret } = await call({ SecretId }, signal)
    return secret ? { secret } : { unusable: 'has no text' }
  }
}
