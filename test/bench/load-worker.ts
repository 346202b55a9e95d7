/** One fresh process that is sent requests at a steady rate, or keeps as many in flight as it is told. */
import { answerOneJob, type HandlerJob, inFlight, loadHandler } from './handler-under-test.ts'

export interface LoadJob extends HandlerJob {
  readonly seconds: number
  /** Arrivals per second, which do not wait for one another; absent: each answer starts the next request. */
  readonly perSecond?: number
  /** With a rate, the most that may be in flight before the machine is said to be too slow. */
  readonly inFlight: number
  /** How many windows of equal length are told of. */
  readonly windows: number
}

export interface LoadWindow {
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** After a collection of garbage. */
  readonly heapMb: number
  readonly rssMb: number
  /** Timers, sockets and the like that the process holds. */
  readonly resources: number
  readonly meanInFlight: number
}

const WARM_UP_REQUESTS = 8_000

answerOneJob(load)

/** @returns null where the requests pile up: the machine is too slow for the rate */
async function load(job: LoadJob): Promise<readonly LoadWindow[] | null> {
  const call = await loadHandler(job)
  // The compiler's warm-up is nobody's latency; at the full rate it would pile up requests, and their garbage.
  await inFlight(64, WARM_UP_REQUESTS, call)
  const windows: LoadWindow[] = []
  for (let window = 0; window < job.windows; window++) {
    const latencies: number[] = []
    const seconds = job.seconds / job.windows
    if (!(await run(job, call, seconds, (ms) => latencies.push(ms)))) return null
    globalThis.gc?.()
    const sorted = latencies.sort((a, b) => a - b)
    const { heapUsed, rss } = process.memoryUsage()
    windows.push({
      requests: sorted.length,
      p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
      heapMb: heapUsed / 2 ** 20,
      rssMb: rss / 2 ** 20,
      resources: process.getActiveResourcesInfo().length,
      // Little's law.
      meanInFlight: sorted.reduce((sum, ms) => sum + ms, 0) / 1000 / seconds,
    })
  }
  return windows
}

/**
 * A latency counts from the time at which the request was due, so that a late start is not forgiven.
 * @returns whether it kept up with the rate
 */
async function run(
  job: LoadJob,
  call: () => Promise<void>,
  seconds: number,
  record: (ms: number) => void,
) {
  const end = performance.now() + seconds * 1000
  const timed = async (due: number) => {
    await call()
    record(performance.now() - due)
  }
  if (job.perSecond === undefined) {
    const lane = async () => {
      for (let due = performance.now(); due < end; due = performance.now()) await timed(due)
    }
    await Promise.all(Array.from({ length: job.inFlight }, lane))
    return true
  }
  const everyMs = 1000 / job.perSecond
  const underWay = new Set<Promise<void>>()
  for (let due = performance.now(); due < end; due += everyMs) {
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1))
    if (underWay.size >= job.inFlight) return false
    const request = timed(due)
    underWay.add(request)
    void request.finally(() => underWay.delete(request))
  }
  await Promise.all(underWay)
  return true
}
