/** Sends requests to a handler at a steady rate, or keeps a number of them in flight. */
import { type HandlerJob, inFlight, loadHandler, serveOneJob } from './handler-under-test.ts'

export interface LoadJob extends HandlerJob {
  readonly seconds: number
  /**
   * Requests per second, which do not wait for one another. When it is absent, each response starts
   * the next request.
   */
  readonly perSecond?: number
  /** With a rate: if more are in flight, the machine is too slow and the run ends. */
  readonly inFlight: number
  /** Number of windows of equal length that are reported. */
  readonly windows: number
}

export interface LoadWindow {
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** After garbage collection. */
  readonly heapMb: number
  readonly rssMb: number
  /** Active timers, sockets and similar resources of the process. */
  readonly resources: number
  readonly meanInFlight: number
}

const WARM_UP_REQUESTS = 8_000

serveOneJob(load)

/** @returns null when requests accumulate: the machine is too slow for the rate */
async function load(job: LoadJob): Promise<readonly LoadWindow[] | null> {
  const call = await loadHandler(job)
  // Until the code is compiled, requests are slow. At the full rate, they would accumulate.
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
      // By Little's law.
      meanInFlight: sorted.reduce((sum, ms) => sum + ms, 0) / 1000 / seconds,
    })
  }
  return windows
}

/**
 * A latency is measured from the time at which the request was due. Otherwise, a process that is
 * too busy to start requests would report low latencies.
 * @returns whether the handler kept up with the rate
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
  const pending = new Set<Promise<void>>()
  for (let due = performance.now(); due < end; due += everyMs) {
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1))
    if (pending.size >= job.inFlight) return false
    const request = timed(due)
    pending.add(request)
    void request.finally(() => pending.delete(request))
  }
  await Promise.all(pending)
  return true
}
