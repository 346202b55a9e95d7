/** One fresh process: warms the broker's sources up with a request, and records the next one. */
import { setImmediate } from 'node:timers/promises'
import { answerOneJob, type HandlerJob, loadHandler } from './handler-under-test.ts'
import { installRecorder, type RequestTrace } from './trace-request/recorder.ts'

const recorder = installRecorder()

answerOneJob(async (job: HandlerJob): Promise<RequestTrace> => {
  const call = await loadHandler(job)
  await call()
  // What the first request leaves to the next turn of the event loop is not of the second.
  await setImmediate()
  return recorder.record(call)
})
