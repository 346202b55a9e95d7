/** Loaded before the bundle; reports the memory in use after garbage collection on each message. */
import { setTimeout as sleep } from 'node:timers/promises'

process.on('message', async () => {
  // Memory that finalizers release is free only after another turn of the event loop.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    await sleep(10)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  process.send?.({ usedBytes: heapUsed + external, rssBytes: rss })
})
// Waiting for a message must not keep the process alive.
process.channel?.unref()
