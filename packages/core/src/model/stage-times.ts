/** How long each stage of a request takes. */
import type { Stage, Trace } from './trace.ts'

interface LapContext {
  readonly trace: Trace
  readonly ports: {
    /** Nanoseconds since an arbitrary moment, from a monotonic clock. */
    readonly monotonicNs: () => bigint
  }
}

/**
 * A stage that runs several times, such as for each login of a request, takes the sum of its times.
 * @returns a function that ends the current stage, if any, and starts the named one, if any
 */
export function startLaps({ ports, trace }: LapContext): (next?: Stage) => void {
  let stage: Stage | undefined
  let started = 0n
  return (next) => {
    const now = ports.monotonicNs()
    if (stage) {
      const hundredths = Number((now - started) / 10_000n)
      const before = trace.durationsMs[stage] ?? 0
      trace.durationsMs[stage] = Math.round(before * 100 + hundredths) / 100
    }
    stage = next
    started = now
  }
}
