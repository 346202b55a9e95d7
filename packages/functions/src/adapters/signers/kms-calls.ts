/** The two operations of AWS KMS that are used; the broker loads this file lazily (bundle.ts). */
import {
  GetPublicKey$,
  type GetPublicKeyRequest,
  type GetPublicKeyResponse,
  Sign$,
  type SignRequest,
  type SignResponse,
} from '@aws-sdk/client-kms'
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import type { SdkCall } from '../sdk-call.ts'
import { createSignedCalls, type SignedCallOptions } from '../signed-call.ts'

export type KmsCallOptions = Omit<SignedCallOptions, 'service' | 'protocol'>

/** Both reject with an error for `mapKmsError`. */
export interface KmsCalls {
  readonly sign: SdkCall<SignRequest, SignResponse>
  readonly getPublicKey: SdkCall<GetPublicKeyRequest, GetPublicKeyResponse>
}

export function createKmsCalls(options: KmsCallOptions): KmsCalls {
  const protocol = new AwsJson1_1Protocol({
    defaultNamespace: 'com.amazonaws.kms',
    serviceTarget: 'TrentService',
  })
  const calls = createSignedCalls({ ...options, service: 'kms', protocol })
  return { sign: calls(Sign$), getPublicKey: calls(GetPublicKey$) }
}
