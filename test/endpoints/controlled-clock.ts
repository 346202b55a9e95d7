/** The clocks of a broker whose time passes only where a test says so. */

export interface ControlledClock {
  readonly now: () => number
  readonly monotonicNs: () => bigint
  pass(ms: number): void
}

export function startClock(): ControlledClock {
  let now = Math.floor(Date.now() / 1000) * 1000
  return {
    now: () => now,
    monotonicNs: () => BigInt(now) * 1_000_000n,
    pass(ms) {
      now += ms
    },
  }
}
