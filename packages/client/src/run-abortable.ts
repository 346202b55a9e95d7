/** Runs work with a timeout and the caller's signal, even if the work itself ignores both. */

interface AbortOptions {
  readonly signal?: AbortSignal | undefined
  /** Default: no timeout. */
  readonly timeoutSeconds?: number
}

/**
 * @param work receives a signal that aborts if the wait ends early
 * @throws the reason of the caller's signal, if that ended the wait
 */
export function runAbortable<T>(
  { signal, timeoutSeconds }: AbortOptions,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const inner = new AbortController()
    const end = (reason: unknown) => {
      reject(reason)
      inner.abort(reason)
    }
    const onAbort = () => end(signal?.reason)
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    const onTimeout = () => end(new Error(`no response within ${timeoutSeconds} s`))
    const timer =
      timeoutSeconds === undefined ? undefined : setTimeout(onTimeout, timeoutSeconds * 1000)
    Promise.resolve()
      .then(() => work(inner.signal))
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      })
  })
}
