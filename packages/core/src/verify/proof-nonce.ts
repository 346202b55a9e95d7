/**
 * Nonces that clients put into their DPoP proofs (RFC 9449 §8 and §9). Each instance of the broker
 * accepts those of the others: a nonce contains its time, and a digest that only they can compute.
 */
import { equalsSecret, keyedTextDigest } from '../model/digest.ts'

/** For how long a nonce is accepted after it was issued. */
const PROOF_NONCE_SECONDS = 120
/** By how much the clocks of two instances may differ. */
const CLOCK_SECONDS = 5

/**
 * A new nonce. All that are issued within one second are the same: a nonce limits when a proof was
 * made, and is not for one client only.
 * @param key secret of the deployment
 * @param nowMs milliseconds since the epoch
 */
export function issueProofNonce(key: string, nowMs: number): string {
  return nonceOf(key, Math.floor(nowMs / 1000).toString(36))
}

/** Whether a nonce was issued with this key, and at most 120 s ago. */
export function isProofNonceValid(nonce: string, key: string, nowMs: number): boolean {
  const [time = ''] = nonce.split('.', 1)
  if (!equalsSecret(nonce, nonceOf(key, time))) return false
  const ageSeconds = nowMs / 1000 - Number.parseInt(time, 36)
  return ageSeconds >= -CLOCK_SECONDS && ageSeconds <= PROOF_NONCE_SECONDS
}

/** The words separate this use of the key from others: names of sessions begin with a digit. */
function nonceOf(key: string, time: string): string {
  return `${time}.${keyedTextDigest(key, `nonce of DPoP proofs: ${time}`)}`
}
