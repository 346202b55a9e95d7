/** What the tests of adapters share: a call without a deadline, and the refusal of a call. */
import { BrokerError } from '@token-broker/core'

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
