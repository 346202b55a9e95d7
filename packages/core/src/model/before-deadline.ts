/** Refuses a request at its deadline, so that there is a response and a record. */
import { BrokerError } from './broker-error.ts'

/**
 * Lambda ends a request that takes too long, and then there is neither a response nor a record.
 * Calls of STS and KMS obey the signal themselves. A fetch of keys or tenants does not: other
 * requests may wait for it too, so the deadline of one of them must not end it.
 */
export function beforeDeadline<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onDeadline = () =>
      reject(
        new BrokerError('upstream_unavailable', 'Nothing was decided before the deadline.', {
          retryAfterSeconds: 1,
        }),
      )
    const ended = () => signal.removeEventListener('abort', onDeadline)
    signal.addEventListener('abort', onDeadline)
    if (signal.aborted) onDeadline()
    work.then(resolve, reject).then(ended)
  })
}
