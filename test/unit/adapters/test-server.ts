/** What the tests of adapters share: a server, and calls that are refused. */
import { BrokerError } from '@token-broker/core'

export { startServer, type TestServer } from '../../fixtures/http-server.ts'

/** For calls that only their own timeout ends. */
export const NO_DEADLINE = new AbortController().signal

/** The error of a call that must be refused with a {@link BrokerError}. */
export async function refusalOf(promise: Promise<unknown>): Promise<BrokerError> {
  const outcome = await promise.then(
    (value) => new Error(`was not refused: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (outcome instanceof BrokerError) return outcome
  throw outcome
}
