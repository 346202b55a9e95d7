/** Warms up a handler, then samples its main thread with 32 requests in flight. */
import { type Profiler, Session } from 'node:inspector/promises'
import { inFlight, loadHandler, serveOneJob } from './handler-under-test.ts'
import type { Job } from './measure.ts'

const SAMPLE_MICROS = 100

serveOneJob(async (job: Job): Promise<Profiler.Profile> => {
  const call = await loadHandler(job)
  await inFlight(1, job.requests, call)
  await inFlight(32, job.requests, call)
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROS })
  await session.post('Profiler.start')
  await inFlight(32, job.requests, call)
  return (await session.post('Profiler.stop')).profile
})
