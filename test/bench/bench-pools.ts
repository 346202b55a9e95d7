/**
 * `npm run bench:pools`: what requests to an identity pool cost, as ratios to the native endpoint
 * in the same run, and the memory for 10,000 guests. Only ratios can be compared between machines.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { GuestsMemory } from './guests-worker.ts'
import type { HandlerJob } from './handler-under-test.ts'
import type { Figures, Job } from './measure.ts'
import { createPoolWorkloads } from './pool-workloads.ts'
import { messageOf, runJob, start } from './processes.ts'
import { medianOf } from './report.ts'
import type { Stub } from './stub-server.ts'

const RUNS = 5
const REQUESTS = 500
const GUESTS = 10_000
const NATIVE = 'native, minted'

const SHOWN = {
  'CPU µs, 1 in flight': 'cpuMicros1',
  'CPU µs, 32 in flight': 'cpuMicros32',
  'import ms': 'importMs',
  'first invocation ms': 'firstMs',
  'max RSS MB': 'maxRssMb',
} as const satisfies Readonly<Record<string, keyof Figures>>

const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
const server = start('stub-server.ts', {})
try {
  const { environment, workloads } = createPoolWorkloads(await messageOf<Stub>(server), directory)
  const medians = await measureAll(environment, workloads)
  const base = medians.get(NATIVE)
  console.table(
    Object.fromEntries([...medians].map(([name, figures]) => [name, rowOf(figures, base)])),
  )
  const job = { ...workloads['GetId, guest'], guests: GUESTS }
  const grown = await runJob<GuestsMemory>('guests-worker.ts', environment, job, ['--expose-gc'])
  const kib = grown.heapKiB.toFixed(0)
  console.log(`${GUESTS} new guests: ${kib} KiB more on the heap, and no items in a table.`)
} finally {
  server.disconnect()
  rmSync(directory, { recursive: true })
}

async function measureAll(
  environment: Readonly<Record<string, string>>,
  workloads: Readonly<Record<string, HandlerJob>>,
): Promise<ReadonlyMap<string, Figures>> {
  const figures = new Map<string, Figures[]>(Object.keys(workloads).map((name) => [name, []]))
  for (let turn = 1; turn <= RUNS; turn++) {
    const ordered = Object.entries(workloads)
    // Every other turn runs backwards, so that no workload always follows the same one.
    for (const [name, workload] of turn % 2 ? ordered : ordered.toReversed()) {
      const job: Job = { ...workload, requests: REQUESTS }
      figures.get(name)?.push(await runJob<Figures>('measure.ts', environment, job))
    }
    process.stderr.write(`turn ${turn} of ${RUNS}\n`)
  }
  return new Map([...figures].map(([name, runs]) => [name, medianOf(runs)]))
}

function rowOf(figures: Figures, base: Figures | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SHOWN).map(([label, key]) => [
      label,
      `${figures[key].toFixed(0)} (${(figures[key] / (base?.[key] ?? Number.NaN)).toFixed(2)} ×)`,
    ]),
  )
}
