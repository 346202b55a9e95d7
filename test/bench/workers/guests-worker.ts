/** Measures by how much the heap of a broker grows with new guests of an identity pool. */
import { type HandlerJob, inFlight, loadHandler, serveOneJob } from './handler-under-test.ts'

export interface GuestsJob extends HandlerJob {
  readonly guests: number
}

export interface GuestsMemory {
  readonly heapKiB: number
}

/** Requests before the first measurement, after which everything is loaded. */
const WARM_UP = 500

serveOneJob(async ({ guests, ...job }: GuestsJob): Promise<GuestsMemory> => {
  const call = await loadHandler(job)
  await inFlight(8, WARM_UP, call)
  const before = heapBytes()
  await inFlight(8, guests, call)
  return { heapKiB: (heapBytes() - before) / 1024 }
})

function heapBytes(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
