/** Reads the error of a promise that must reject. */

/** @returns the error, or an `Error` that says that there was none, which no assertion accepts */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('the promise did not reject'),
    (error: unknown) => error,
  )
}
