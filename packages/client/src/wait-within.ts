/** Bounds waiting by a time-out and by the caller's signal, even where the work itself heeds neither. */

/**
 * @param timeoutSeconds without it only the signal ends the wait
 * @param work is given a signal that aborts when the wait ends early
 * @throws the caller's own reason if its signal ended the wait
 */
export function waitWithin<T>(
  {
    signal,
    timeoutSeconds,
  }: { readonly signal?: AbortSignal | undefined; readonly timeoutSeconds?: number },
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
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(
            () => end(new Error(`no answer within ${timeoutSeconds} s`)),
            timeoutSeconds * 1000,
          )
    Promise.resolve()
      .then(() => work(inner.signal))
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      })
  })
}
