/** The clock by which what is kept grows old. */

export interface Clocks {
  /** Milliseconds since the epoch, by a clock that may be set. */
  readonly now: () => number
  /** Milliseconds since some moment, by a clock that nobody sets, and that may stand still while the machine does. */
  readonly monotonicNs: () => bigint
}

/**
 * Milliseconds by a clock that nobody can hold up: it goes on where the wall clock is set back, and leaps with it where the
 * machine stood still. Without it, keys would be used and refusals remembered for as long as the clock was set back by.
 */
export function createAgeClock({ now, monotonicNs }: Clocks): () => number {
  let aheadMs = Number.NEGATIVE_INFINITY
  return () => {
    const elapsed = Number(monotonicNs()) / 1e6
    aheadMs = Math.max(aheadMs, now() - elapsed)
    return elapsed + aheadMs
  }
}
