/** A clock for the client's tests that moves only when a test moves it. */

export interface ManualClock {
  /** Milliseconds since 1970. */
  now(): number
  /** A negative number sets the clock back. */
  advanceSeconds(seconds: number): void
}

export function manualClock(): ManualClock {
  let at = Date.UTC(2026, 0, 1)
  return {
    now: () => at,
    advanceSeconds: (seconds) => {
      at += seconds * 1000
    },
  }
}
