/** The one operation of AWS KMS that opens key pairs. */
import { Decrypt$, type DecryptRequest, type DecryptResponse } from '@aws-sdk/client-kms'
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import { readSdkError } from '../../sdk-error.ts'
import { createSignedCalls, type SignedCallOptions } from '../../signed-call.ts'
import type { KeyPairPorts } from './find-root-key.ts'

export interface KmsDecryptOptions extends Omit<SignedCallOptions, 'service' | 'protocol'> {
  /** ARN: a ciphertext of another key, which anyone may have made, is refused. */
  readonly keyArn: string
}

/** Each reads in KMS that the ciphertext is not of this key, pool and key id. */
const OF_ANOTHER = ['InvalidCiphertextException', 'IncorrectKeyException']

export function createKmsOpener({ keyArn, ...options }: KmsDecryptOptions): KeyPairPorts['open'] {
  const protocol = new AwsJson1_1Protocol({
    defaultNamespace: 'com.amazonaws.kms',
    serviceTarget: 'TrentService',
  })
  const calls = createSignedCalls({ ...options, service: 'kms', protocol })
  const decrypt = calls<DecryptRequest, DecryptResponse>(Decrypt$)
  return async (sealedKey, context, _pool, signal) => {
    const input: DecryptRequest = {
      KeyId: keyArn,
      CiphertextBlob: Buffer.from(sealedKey, 'base64'),
      EncryptionContext: { ...context },
    }
    try {
      return (await decrypt(input, signal)).Plaintext
    } catch (error) {
      if (OF_ANOTHER.includes(readSdkError(error).code)) return undefined
      throw error
    }
  }
}
