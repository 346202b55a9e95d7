/**
 * `npm run bench:pools`: what requests to an identity pool cost, as ratios to the native endpoint
 * in the same run, and the memory for 10,000 guests. Only ratios can be compared between machines.
 */
import { printComparison, type Workloads } from './harness/compare-jobs.ts'
import { runJob } from './harness/processes.ts'
import { withStub } from './harness/with-stub.ts'
import type { GuestsMemory } from './workers/guests-worker.ts'
import { createPoolWorkloads } from './workloads/pool-workloads.ts'

const EXTENT = { runs: 5, requests: 500 }
const GUESTS = 10_000

await withStub(async (stub, directory) => {
  const { environment, workloads } = createPoolWorkloads(stub, directory)
  const measured: Workloads = Object.fromEntries(
    Object.entries(workloads).map(([name, job]) => [name, { environment, job: () => job }]),
  )
  await printComparison(measured, EXTENT)
  const job = { ...workloads['GetId, guest'], guests: GUESTS }
  const grown = await runJob<GuestsMemory>('guests-worker.ts', environment, job, ['--expose-gc'])
  const kib = grown.heapKiB.toFixed(0)
  console.log(`${GUESTS} new guests: ${kib} KiB more on the heap, and no items in a table.`)
})
