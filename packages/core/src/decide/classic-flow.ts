/** The classic flow of identity pools, in which the client gets a token and calls STS itself. */
import { BrokerError } from '../model/broker-error.ts'
import { invalidRequest } from '../model/credential-request.ts'
import type { CompiledPool } from '../model/identity-pool.ts'
import type { PoolIdentity } from '../model/pool-identity.ts'
import { recordCheck, type Trace } from '../model/trace.ts'

/** @throws {BrokerError} `invalid_request`, with the words of Amazon Cognito */
export function demandClassicFlow({ releasedAudience }: CompiledPool, trace: Trace): void {
  const isOn = releasedAudience !== undefined
  if (recordCheck(trace, 'resolve', 'the pool has the classic flow', isOn)) return
  throw invalidRequest('Basic (classic) flow is not enabled, please use enhanced flow.')
}

/**
 * The holder of a released token chooses how long the session lasts, and STS gets no session policy
 * with it: a guest could have more than the pool gives to guests.
 * @throws {BrokerError} `access_denied`
 */
export function demandNoGuest({ guest }: PoolIdentity, trace: Trace): void {
  const check = 'the classic flow is not for guests'
  if (recordCheck(trace, 'resolve', check, !guest)) return
  const message = 'Guests have no classic flow, please use enhanced flow.'
  throw new BrokerError('access_denied', message, { callerMessage: message })
}
