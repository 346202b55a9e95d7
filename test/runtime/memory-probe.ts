/** Loaded into the runtime before the bundle: tells, when asked, how much memory is in use after garbage collection. */
import { setTimeout as sleep } from 'node:timers/promises'

process.on('message', async () => {
  // What finalizers free is gone only after another turn.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    await sleep(10)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  process.send?.({ usedBytes: heapUsed + external, rssBytes: rss })
})
// The question may never come; waiting for it must not keep the process alive.
process.channel?.unref()
