/** Ends a call when its own time is up or its caller's deadline nears, whichever comes first. */

/**
 * A signal alone ends a request under way, but not the pause before another; so the promise is raced too. The timer goes
 * with the call: one of `AbortSignal.timeout` would stay for its whole time.
 */
export async function withinTime<Value>(
  timeoutMs: number,
  deadline: AbortSignal,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const call = new AbortController()
  let end = (_reason: unknown) => {}
  const ended = new Promise<never>((_, reject) => {
    end = (reason) => {
      call.abort(reason)
      reject(reason)
    }
  })
  const onDeadline = () => end(deadline.reason)
  deadline.addEventListener('abort', onDeadline, { once: true })
  const timer = setTimeout(
    () => end(new DOMException('No answer in time.', 'TimeoutError')),
    timeoutMs,
  )
  if (deadline.aborted) onDeadline()
  try {
    return await Promise.race([run(call.signal), ended])
  } finally {
    clearTimeout(timer)
    deadline.removeEventListener('abort', onDeadline)
  }
}
