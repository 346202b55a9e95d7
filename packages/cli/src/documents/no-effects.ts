/** What an explanation needs of the ports of the pipeline: none of them does anything. */
import { BrokerError, type Dependencies } from '@token-broker/core'

export const NO_DEADLINE = new AbortController().signal

function refuseAnyPool(): Promise<never> {
  return Promise.reject(
    new BrokerError('internal', 'An explanation is of one token, without a pool.'),
  )
}

/** An explanation mints no token, calls no AWS service and writes no audit record. */
export const NO_EFFECTS: Pick<
  Dependencies,
  | 'identityPools'
  | 'signer'
  | 'sts'
  | 'audit'
  | 'brokerIssuer'
  | 'sessionNameKey'
  | 'newId'
  | 'monotonicNs'
> = {
  identityPools: {
    identify: refuseAnyPool,
    developers: { verify: refuseAnyPool, run: refuseAnyPool, identify: refuseAnyPool },
  },
  signer: undefined,
  sts: {
    assumeRoleWithWebIdentity: () =>
      Promise.reject(new BrokerError('internal', 'An explanation assumes no role.')),
  },
  audit: { write: async () => undefined },
  brokerIssuer: 'https://broker.invalid',
  // Each deployment has its own secret, so its names of sessions end in another digest.
  sessionNameKey: 'explain',
  newId: () => crypto.randomUUID(),
  // An explanation reports no durations.
  monotonicNs: () => 0n,
}
