/** Checks that a request was signed with a key pair of the pool (Signature Version 4). */
import type { SignatureProblem, SignedRequest } from '@token-broker/core'
import {
  deriveSigningKey,
  isSignedWith,
  readSignature,
  type SignedAddress,
} from '../../request-signature.ts'
import type { FindRootKey, KeyedPool, MissingKey } from './find-root-key.ts'

export type KeyProblem = SignatureProblem | MissingKey

export interface SigningKeyPair {
  readonly keyId: string
}

/** Unverified until the whole is: for the record of a request that is refused. */
export interface UnverifiedKeyPair {
  readonly problem: KeyProblem
  readonly keyId?: string
}

/** What the operation is, and how its body is read, must be signed as the body is. */
const SIGNATURE_RULE = {
  service: 'cognito-identity',
  readHeaders: ['x-amz-target', 'content-type', 'x-amz-security-token'],
}

/**
 * The region of the signature may be any: clients have one in their configuration, and the address
 * is signed as well.
 * @param nowMs milliseconds since the epoch
 */
export async function verifyKeySignature(
  request: SignedRequest,
  pool: KeyedPool,
  address: SignedAddress,
  {
    find,
    nowMs,
    signal,
  }: { readonly find: FindRootKey; readonly nowMs: number; readonly signal: AbortSignal },
): Promise<SigningKeyPair | UnverifiedKeyPair> {
  const signature = readSignature(request, SIGNATURE_RULE, nowMs)
  if (typeof signature === 'string') return { problem: signature }
  const { accessKeyId: keyId } = signature
  // A key pair has no session token, so this one is of AWS.
  const rootKey =
    request.headers['x-amz-security-token'] === undefined
      ? await find(pool, keyId, signal)
      : 'unknown-key'
  if (typeof rootKey === 'string') return { problem: rootKey, keyId }
  const key = deriveSigningKey(rootKey, signature)
  return isSignedWith(key, signature, request, address) ? { keyId } : { problem: 'mismatch', keyId }
}
