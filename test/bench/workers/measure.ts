/** Imports one handler in a fresh process, calls it, and sends the figures to its parent. */
import { type HandlerJob, inFlight, loadHandler, serveOneJob } from './handler-under-test.ts'

export interface Job extends HandlerJob {
  /** Requests per phase. */
  readonly requests: number
}

export interface Figures {
  readonly importMs: number
  readonly firstMs: number
  /** Import and first invocation: what the code adds to a cold start. */
  readonly coldMs: number
  readonly cpuMicros1: number
  readonly cpuMicros32: number
  readonly perSecond1: number
  readonly perSecond32: number
  readonly maxRssMb: number
}

serveOneJob(measure)

async function measure(job: Job): Promise<Figures> {
  const { requests } = job
  const beforeImport = performance.now()
  const call = await loadHandler(job)
  const afterImport = performance.now()
  await call()
  const firstMs = performance.now() - afterImport

  await inFlight(1, Math.ceil(requests / 2), call) // warms up the compiler
  const alone = await measurePhase(1, requests, call)
  await inFlight(32, Math.ceil(requests / 4), call) // opens the connections
  const together = await measurePhase(32, requests, call)
  return {
    importMs: afterImport - beforeImport,
    firstMs,
    coldMs: afterImport - beforeImport + firstMs,
    cpuMicros1: alone.cpuMicros,
    cpuMicros32: together.cpuMicros,
    perSecond1: alone.perSecond,
    perSecond32: together.perSecond,
    maxRssMb: process.resourceUsage().maxRSS / 1024,
  }
}

/** CPU time of the whole process, with all of its threads. */
async function measurePhase(width: number, requests: number, call: () => Promise<void>) {
  const before = process.cpuUsage()
  const seconds = await inFlight(width, requests, call)
  const { user, system } = process.cpuUsage(before)
  return { cpuMicros: (user + system) / requests, perSecond: requests / seconds }
}
