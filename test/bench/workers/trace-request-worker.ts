/** Sends one request to the broker's sources to warm them up, and records the next one. */
import { setImmediate } from 'node:timers/promises'
import { installRecorder, type RequestTrace } from '../trace-request/recorder.ts'
import { type HandlerJob, loadHandler, serveOneJob } from './handler-under-test.ts'

const recorder = installRecorder()

serveOneJob(async (job: HandlerJob): Promise<RequestTrace> => {
  const call = await loadHandler(job)
  await call()
  // What the first request defers to the next turn of the event loop is not part of the second.
  await setImmediate()
  return recorder.record(call)
})
