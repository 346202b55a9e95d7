/** Verifies the signature of a DPoP proof with the proof's own key (RFC 9449 §4.3). */
import type { ProofVerifier } from '@token-broker/core'
import { fitsAlgorithm, isSignatureValid } from './jws-signature.ts'
import { readPublicKey } from './read-public-key.ts'

export const proofVerifier: ProofVerifier = {
  verify({ compact, algorithm, key: jwk }) {
    if (!fitsAlgorithm(jwk, algorithm)) return false
    const { key } = readPublicKey(jwk)
    try {
      return key !== undefined && isSignatureValid(compact, algorithm, key)
    } catch {
      return false
    }
  },
}
