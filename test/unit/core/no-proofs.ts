/** Ports of a broker to which no proof of a key is sent. */
import type { ProofPorts } from '../../../packages/core/src/verify/demand-dpop-proof.ts'

export const NO_PROOFS: Omit<ProofPorts, 'now'> = {
  proofVerifier: { verify: () => false },
  brokerIssuer: 'https://broker.example',
  sessionNameKey: 'a secret of the deployment, for tests',
}
